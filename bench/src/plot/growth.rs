//! How times grow: with the document, and with the number of contract types. Both axes are logarithmic, so that a
//! time in proportion is a straight line, and one that stays the same is level.

use super::canvas::{Canvas, FAINT_INK, GRID, INK, MARGIN, WIDTH, color};
use crate::results::{Results, Workload};

const PANELS: [Panel; 3] = [
    Panel {
        title: "Lists with as many lines",
        curves: &[
            ("growth_size", "registered contract", "contract"),
            (
                "growth_size_general",
                "general validator",
                "general validator",
            ),
        ],
        count: |lane| lane.rsplit('_').next(),
    },
    Panel {
        title: "Objects with as many keys",
        curves: &[
            ("growth_keys", "registered contract", "contract"),
            (
                "growth_keys_general",
                "general validator",
                "general validator",
            ),
        ],
        count: |lane| lane.rsplit('_').next(),
    },
    Panel {
        title: "As many contract types registered",
        curves: &[
            ("registered_first_call", "first call", "full SQL"),
            ("registered_each", "statements in turn", "general validator"),
            ("registered_scan", "scan", "contract"),
        ],
        count: |lane| lane.split(' ').next(),
    },
];

/// A panel: its curves, each a workload with a name and a color, and what stands below a point.
struct Panel {
    title: &'static str,
    curves: &'static [(&'static str, &'static str, &'static str)],
    count: fn(&str) -> Option<&str>,
}

const GAP: f64 = 30.0;
const COLUMN: f64 = (WIDTH - 2.0 * MARGIN - 2.0 * GAP) / 3.0;
/// The room for the labels of the vertical axis.
const AXIS: f64 = 56.0;
const HEIGHT: f64 = 210.0;

pub fn draw(results: &Results, canvas: &mut Canvas, top: f64) -> f64 {
    canvas.heading(
        MARGIN,
        top,
        "As documents grow, and contract types get more",
    );
    let legend = "Time of a call, or of a document in a scan. Both scales are logarithmic.";
    canvas.note(MARGIN, top + 20.0, legend);
    let mut x = MARGIN;
    for panel in &PANELS {
        panel.draw(results, canvas, x, top + 48.0);
        x += COLUMN + GAP;
    }
    top + 48.0 + 44.0 + HEIGHT + 24.0
}

impl Panel {
    fn draw(&self, results: &Results, canvas: &mut Canvas, x: f64, top: f64) {
        canvas.strong(x, top, "start", INK, self.title);
        let mut curves: Vec<(&Workload, &str)> = Vec::new();
        let mut legend = x;
        for (name, label, like) in self.curves {
            if let Some(workload) = results
                .workloads
                .iter()
                .find(|workload| workload.name == *name)
            {
                canvas.key(legend, top + 20.0, color(like), label);
                legend += 16.0 + 7.2 * f64::from(u32::try_from(label.len()).unwrap_or(0));
                curves.push((workload, color(like)));
            }
        }
        self.plot(&curves, canvas, x, top + 44.0);
    }

    fn plot(&self, curves: &[(&Workload, &str)], canvas: &mut Canvas, x: f64, top: f64) {
        let logs = || {
            let lanes = curves.iter().flat_map(|(workload, _)| &workload.lanes);
            lanes.map(|lane| lane.median.log10())
        };
        let least = logs().fold(f64::INFINITY, f64::min).floor();
        let most = logs().fold(f64::NEG_INFINITY, f64::max).ceil();
        let height = |log: f64| top + HEIGHT * (most - log) / (most - least);
        let mut log = least;
        while log <= most {
            let y = height(log);
            canvas.line((x + AXIS, y), (x + COLUMN, y), GRID, 1.0);
            canvas.label(x + AXIS - 8.0, y + 4.0, "end", FAINT_INK, &time(log));
            log += 1.0;
        }
        for (at, (workload, color)) in curves.iter().enumerate().rev() {
            let step =
                (COLUMN - AXIS) / f64::from(u32::try_from(workload.lanes.len()).unwrap_or(1));
            let places = (0..).map(|i: u32| x + AXIS + step * (f64::from(i) + 0.5));
            let mut points = Vec::new();
            for (lane, place) in workload.lanes.iter().zip(places) {
                if at == 0 {
                    let count = (self.count)(&lane.name).unwrap_or_default();
                    canvas.label(place, top + HEIGHT + 20.0, "middle", INK, count);
                }
                points.push((place, height(lane.median.log10())));
            }
            canvas.curve(&points, color);
        }
    }
}

/// A power of ten of microseconds.
fn time(log: f64) -> String {
    if log >= 3.0 {
        format!("{} ms", 10_f64.powf(log - 3.0))
    } else if log >= 0.0 {
        format!("{} µs", 10_f64.powf(log))
    } else {
        format!("{} ns", 10_f64.powf(log + 3.0).round())
    }
}

//! Each kind of work: the time of a document, and how many times that of the first line. Each panel has a scale of its
//! own, from zero; the mark on the contract is its bar.

use super::canvas::{Canvas, FAINT_INK, INK, MARGIN, WIDTH, color};
use crate::{
    report::amount,
    results::{Base, Lane, Results, Workload},
};

const PANELS: &[&str] = &[
    "scan",
    "single_row",
    "insert_unlogged",
    "insert_logged",
    "copy",
    "update",
    "validate",
    "scan_parallel",
    "toasted_extended",
    "toasted_external",
];

const ROW: f64 = 21.0;
/// Where the bars of a panel begin, and the room for the numbers after them.
const NAMES: f64 = 138.0;
const NUMBERS: f64 = 130.0;
const COLUMN_GAP: f64 = 40.0;
const COLUMN: f64 = (WIDTH - 2.0 * MARGIN - COLUMN_GAP) / 2.0;

pub fn draw(results: &Results, canvas: &mut Canvas, top: f64) -> f64 {
    canvas.heading(MARGIN, top, "What work costs");
    let legend = "Time of a document, and how many times that of the first line. The mark is the bar of the contract.";
    canvas.note(MARGIN, top + 20.0, legend);
    let panels: Vec<&Workload> = PANELS
        .iter()
        .filter_map(|name| {
            results
                .workloads
                .iter()
                .find(|workload| workload.name == *name)
        })
        .filter(|workload| workload.base == Base::First)
        .collect();
    let mut y = top + 48.0;
    for pair in panels.chunks(2) {
        let mut bottom = y;
        for (column, x) in pair.iter().zip([MARGIN, MARGIN + COLUMN + COLUMN_GAP]) {
            bottom = bottom.max(panel(results, column, canvas, x, y));
        }
        y = bottom + 28.0;
    }
    y - 28.0
}

fn panel(results: &Results, workload: &Workload, canvas: &mut Canvas, x: f64, top: f64) -> f64 {
    canvas.strong(x, top, "start", INK, &workload.title);
    let (start, room) = (x + NAMES, COLUMN - NAMES - NUMBERS);
    let scale = room / workload.largest_median();
    let mut y = top + 8.0;
    for lane in &workload.lanes {
        let end = start + lane.median * scale;
        canvas.label(start - 8.0, y + 15.0, "end", INK, &lane.name);
        canvas.bar(start, y + 3.0, (end - start, 15.0), color(&lane.name));
        let mut after = end;
        if let Some(limit) = limit(results, workload, lane) {
            let mark = start + (limit * scale).min(room);
            canvas.line((mark, y), (mark, y + 21.0), INK, 2.0);
            after = after.max(mark);
        }
        let ratio = lane.ratio.map_or(1.0, |ratio| ratio.median);
        canvas.strong(after + 6.0, y + 15.0, "start", INK, &format!("{ratio:.2}×"));
        let time = format!("{} µs", amount(lane.median));
        canvas.label(x + COLUMN, y + 15.0, "end", FAINT_INK, &time);
        y += ROW;
    }
    y
}

/// The tightest bar of a lane, in the unit of its workload.
fn limit(results: &Results, workload: &Workload, lane: &Lane) -> Option<f64> {
    results
        .bars
        .iter()
        .filter(|bar| bar.workload == workload.name)
        .filter_map(|bar| {
            let (bounded, base) = bar.lanes.as_ref()?;
            let base = workload.lane(base).ok()?;
            (*bounded == lane.name).then_some(bar.at_most * base.median)
        })
        .min_by(f64::total_cmp)
}

//! The bars: how much of what is allowed each takes.

use super::canvas::{Canvas, FAINT_INK, GOOD, INK, MARGIN, WARNING, WIDTH};
use crate::{report::quantity, results::Results};

const ROW: f64 = 25.0;
/// Where the scale begins, and where its limit is.
const START: f64 = 456.0;
const LIMIT: f64 = 700.0;
/// Where the scale ends; what goes further is cut there.
const END: f64 = 850.0;

pub fn draw(results: &Results, canvas: &mut Canvas, top: f64) -> f64 {
    canvas.heading(MARGIN, top, "The bars");
    canvas.label(LIMIT, top, "middle", INK, "at most");
    canvas.label(WIDTH - MARGIN, top, "end", FAINT_INK, "measured / at most");
    let mut y = top + 12.0;
    for bar in &results.bars {
        let color = if bar.is_met { GOOD } else { WARNING };
        let end = START + (LIMIT - START) * bar.measured / bar.at_most;
        canvas.label(MARGIN, y + 16.0, "start", INK, &bar.what);
        canvas.bar(START, y + 5.0, (end.min(END) - START, 15.0), color);
        if end > END {
            canvas.strong(END + 4.0, y + 17.0, "start", WARNING, "»");
        }
        let measured = format!(
            "{} / {}",
            quantity(bar.measured, &bar.unit),
            quantity(bar.at_most, &bar.unit)
        );
        canvas.strong(WIDTH - MARGIN, y + 16.0, "end", color, &measured);
        y += ROW;
    }
    canvas.line((LIMIT, top + 8.0), (LIMIT, y + 2.0), INK, 1.5);
    y
}

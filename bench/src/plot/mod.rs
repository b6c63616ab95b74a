//! The results as a picture: the bars above, below them each kind of work, and how times grow with documents.

mod bars;
mod canvas;
mod growth;
mod work;

use crate::{report::grouped, results::Results};
use canvas::{Canvas, MARGIN, WARNING, WIDTH};

/// The space between the parts.
const GAP: f64 = 36.0;

/// Draws the results, as SVG.
pub fn draw(results: &Results) -> String {
    let mut canvas = Canvas::new();
    let y = heading(results, &mut canvas, MARGIN);
    let y = bars::draw(results, &mut canvas, y + GAP);
    let y = work::draw(results, &mut canvas, y + GAP);
    let y = growth::draw(results, &mut canvas, y + GAP);
    canvas.finish(y + MARGIN)
}

/// What is shown, and how it was measured. Returns where it ends, as the other parts do.
fn heading(results: &Results, canvas: &mut Canvas, y: f64) -> f64 {
    let run = &results.run;
    canvas.title(MARGIN, y + 18.0, "What a contract costs");
    let postgres = run.postgres.split(" on ").next().unwrap_or_default();
    let machine = format!("{postgres}, {} x {}", run.processors, run.processor);
    let work = format!(
        "{} documents of {} bytes, one process, no JIT; medians of {} rounds in which all take turns",
        grouped(run.rows),
        run.document_bytes,
        run.rounds
    );
    canvas.note(MARGIN, y + 42.0, &machine);
    canvas.note(MARGIN, y + 60.0, &work);
    if run.is_result {
        return y + 64.0;
    }
    let warning = "A TRIAL RUN: TOO SMALL TO BE A RESULT";
    canvas.strong(WIDTH - MARGIN, y + 16.0, "end", WARNING, warning);
    y + 64.0
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::results::Results;

    #[test]
    fn the_same_results_are_the_same_picture() {
        assert_eq!(draw(&Results::example(true)), draw(&Results::example(true)));
    }

    #[test]
    fn every_place_in_the_picture_is_a_number() {
        let picture = draw(&Results::example(true));
        for no_number in ["NaN", "inf"] {
            assert!(!picture.contains(&format!("\"{no_number}")), "{picture}");
        }
    }

    #[test]
    fn a_trial_run_is_marked() {
        let warning = "A TRIAL RUN: TOO SMALL TO BE A RESULT";
        assert!(draw(&Results::example(false)).contains(warning));
        assert!(!draw(&Results::example(true)).contains(warning));
    }
}

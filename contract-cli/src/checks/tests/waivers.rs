//! What does not fail until a day.

use super::{Example, FIFTH, FOURTH, beside, catalog, line, lines_of, matrix, relation};
use crate::checks::Outcome;

fn waiver(object: &str, expires: &str) -> String {
    format!(
        "[[waiver]]\ncheck = \"DRIFT-04\"\nobject = \"{object}\"\nreason = \"later\"\nowner = \"db\"\nexpires = {expires}\n"
    )
}

fn run(waivers: &str) -> Outcome {
    let tables = vec![relation("a", &["DRIFT-04"]), relation("b", &["DRIFT-04"])];
    Example::new(catalog(tables, &[]), matrix(&[]))
        .waivers(waivers)
        .run(&[&FOURTH])
}

#[test]
fn a_waiver_holds_to_the_end_of_its_last_day() {
    for expires in ["2026-03-01", "2026-03-02"] {
        let outcome = run(&waiver("policy p on public.a", expires));
        assert_eq!(
            lines_of(&outcome, "DRIFT-04"),
            [
                format!(
                    "broken policy p on public.a; db; {expires}; Some(Medium); later until {expires}"
                ),
                "broken policy p on public.b; platform; 7 days; Some(Medium)".to_owned(),
            ]
        );
        assert_eq!(beside(&outcome), [""; 0]);
    }
}

#[test]
fn a_waiver_names_who_mends_it_by_when() {
    let tables = vec![relation("a", &["DRIFT-04"]), relation("b", &["DRIFT-04"])];
    let mut example = Example::new(catalog(tables, &[]), matrix(&[]));
    example.matrix.checks.clear();
    let one = waiver("policy p on public.a", "2026-03-02");
    let example = example.waivers(&one);
    assert_eq!(
        lines_of(&example.run(&[&FOURTH]), "DRIFT-04")[0],
        "broken policy p on public.a; db; 2026-03-02; None; later until 2026-03-02"
    );
    // The other finding is nobody's, until it is waived too.
    assert_eq!(beside(&example.run(&[&FOURTH])).len(), 1);
    let both = [one, waiver("policy p on public.b", "2026-03-02")].concat();
    assert_eq!(beside(&example.waivers(&both).run(&[&FOURTH])), [""; 0]);
}

#[test]
fn an_expired_waiver_fails_and_so_does_what_it_was_for() {
    let outcome = run(&waiver("policy p on public.a", "2026-02-28"));
    assert_eq!(
        lines_of(&outcome, "DRIFT-04")[0],
        "broken policy p on public.a; platform; 7 days; Some(Medium)"
    );
    assert_eq!(
        beside(&outcome),
        ["waiver-expired waiver DRIFT-04 policy p on public.a; db; 2026-02-28; Some(High)"]
    );
    assert_eq!(
        outcome.beside[0].finding.is,
        "held until 2026-02-28 (line 1 of the waiver file)"
    );
    // Also where there is nothing left of what it was for.
    assert_eq!(
        beside(&run(&waiver("nothing", "2026-02-28"))),
        ["waiver-expired waiver DRIFT-04 nothing; db; 2026-02-28; Some(High)"]
    );
}

#[test]
fn a_waiver_that_matches_nothing_is_a_finding() {
    let outcome = run(&waiver("policy p on public.c", "2026-03-01"));
    assert_eq!(
        outcome.beside.iter().map(line).collect::<Vec<_>>(),
        ["waiver-unused waiver DRIFT-04 policy p on public.c; db; 2026-03-01; Some(Low)"]
    );
    // Of two waivers of the same finding the first one holds, and neither is unused.
    let both = [
        waiver("policy * on public.a", "2026-03-01"),
        waiver("*", "2026-04-01"),
    ]
    .concat();
    let outcome = run(&both);
    assert_eq!(
        lines_of(&outcome, "DRIFT-04"),
        [
            "broken policy p on public.a; db; 2026-03-01; Some(Medium); later until 2026-03-01",
            "broken policy p on public.b; db; 2026-04-01; Some(Medium); later until 2026-04-01",
        ]
    );
    assert_eq!(beside(&outcome), [""; 0]);
}

#[test]
fn nothing_is_said_of_waivers_of_checks_that_did_not_run() {
    let text = [waiver("x", "2026-02-28"), waiver("y", "2026-03-01")].concat();
    let example =
        |cannot_run: &[&str]| Example::new(catalog(vec![], cannot_run), matrix(&[])).waivers(&text);
    assert_eq!(beside(&example(&[]).run(&[&FIFTH])), [""; 0]);
    assert_eq!(
        beside(&example(&["DRIFT-04"]).run(&[&FOURTH])),
        ["waiver-expired waiver DRIFT-04 x; db; 2026-02-28; Some(High)"]
    );
}

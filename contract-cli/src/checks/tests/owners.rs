//! Who mends what by when.

use super::{Example, FIFTH, FOURTH, SECOND, beside, catalog, line, lines_of, matrix, relation};
use crate::checks::Outcome;

fn broken() -> Example {
    let tables = vec![relation("b", &["DRIFT-04"]), relation("a", &["DRIFT-04"])];
    Example::new(catalog(tables, &[]), matrix(&[]))
}

fn run(example: &Example) -> Outcome {
    example.run(&[&FOURTH])
}

#[test]
fn findings_are_sorted_and_each_is_told_once() {
    let outcome = broken().run(&[&FIFTH, &FOURTH, &FIFTH]);
    let ids: Vec<_> = outcome.checks.iter().map(|ran| ran.check.id).collect();
    assert_eq!(ids, ["DRIFT-04", "DRIFT-05"]);
    assert_eq!(
        lines_of(&outcome, "DRIFT-04"),
        [
            "broken policy p on public.a; platform; 7 days; Some(Medium)",
            "broken policy p on public.b; platform; 7 days; Some(Medium)",
        ]
    );
    assert_eq!(lines_of(&outcome, "DRIFT-05"), [""; 0]);
    assert_eq!(beside(&outcome), [""; 0]);
}

#[test]
fn a_check_that_could_not_run_says_why() {
    let example = Example::new(catalog(vec![], &["DRIFT-02"]), matrix(&[]));
    let outcome = example.run(&[&SECOND]);
    let result = outcome.checks[0].result.as_ref();
    assert_eq!(
        result.err().map(String::as_str),
        Some("it needs the migrations")
    );
}

#[test]
fn the_first_assignment_that_says_it_counts() {
    let example = broken().waivers(
        "[[assignment]]\nobject = \"* on public.a\"\nowner = \"first\"\n\
         [[assignment]]\ncheck = \"DRIFT-04\"\nowner = \"second\"\nrisk = \"critical\"\n\
         [[assignment]]\nrule = \"broken\"\neta = \"2026-04-01\"\nrisk = \"low\"\n\
         [[assignment]]\ncheck = \"DRIFT-05\"\nowner = \"nobody\"\n",
    );
    assert_eq!(
        lines_of(&run(&example), "DRIFT-04"),
        [
            "broken policy p on public.a; first; 2026-04-01; Some(Critical)",
            "broken policy p on public.b; second; 2026-04-01; Some(Critical)",
        ]
    );
}

#[test]
fn findings_without_an_owner_are_a_finding_of_the_check() {
    let mut example = broken();
    let row = example
        .matrix
        .checks
        .iter_mut()
        .find(|row| row.id == "DRIFT-04");
    let row = row.expect("a row");
    (row.owner, row.risk) = (None, None);
    let outcome = run(&example);
    let [finding] = outcome.beside.as_slice() else {
        panic!("{:?}", outcome.beside);
    };
    assert_eq!(
        line(finding),
        "finding-without-owner check DRIFT-04; architecture; at once; Some(Medium)"
    );
    assert_eq!(
        finding.finding.is,
        "findings of DRIFT-04 without owner, without risk"
    );
    assert_eq!(finding.finding.matrix_line, Some(90));
    assert_eq!(
        finding.finding.hint.as_deref(),
        Some(
            "write it in the row DRIFT-04 of section E, or in an [[assignment]] of the waiver file with check = \"DRIFT-04\""
        )
    );
    // An assignment says it too.
    let assigned = "[[assignment]]\ncheck = \"DRIFT-04\"\nowner = \"db\"\nrisk = \"low\"\n";
    assert_eq!(beside(&run(&example.waivers(assigned))), [""; 0]);
}

#[test]
fn a_matrix_without_the_check_names_nobody() {
    let mut example = broken();
    (example.matrix.checks, example.matrix.owner) = (Vec::new(), None);
    let outcome = run(&example);
    assert_eq!(
        beside(&outcome),
        ["finding-without-owner check DRIFT-04; none; at once; Some(Medium)"]
    );
    assert_eq!(
        outcome.beside[0].finding.is,
        "findings of DRIFT-04 without owner, without ETA, without risk"
    );
    // Nothing is found, nobody is needed.
    assert_eq!(beside(&example.run(&[&FIFTH])), [""; 0]);
}

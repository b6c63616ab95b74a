//! What was there before does not fail.

use super::{Baseline, Example, FOURTH, all, beside, catalog, lines_of, matrix, relation};
use serde_json::json;

fn example(broken: &[&str]) -> Example {
    let tables = ["a", "b", "c"]
        .into_iter()
        .map(|name| {
            relation(
                name,
                if broken.contains(&name) {
                    &["DRIFT-02"]
                } else {
                    &[]
                },
            )
        })
        .collect();
    let claims = json!({"compliance_level": "L2"});
    let rows = ["a", "b", "c"].map(|name| (name, claims.clone()));
    Example::new(catalog(tables, &[]), matrix(&rows))
}

fn written(broken: &[&str]) -> Baseline {
    let text = Baseline::of(&example(broken).run(&all())).text();
    let read = Baseline::parse(&text).expect("a baseline");
    assert_eq!(read.text(), text);
    read
}

#[test]
fn only_new_findings_fail() {
    let mut later = example(&["a", "b"]);
    later.baseline = Some(written(&["a"]));
    let outcome = later.run(&all());
    assert_eq!(
        lines_of(&outcome, "DRIFT-02"),
        [
            "broken policy p on public.a; platform; 7 days; Some(Medium); baseline",
            "broken policy p on public.b; platform; 7 days; Some(Medium)",
        ]
    );
    // That the matrix claims too much of it was so before, too.
    assert_eq!(
        beside(&outcome),
        ["false-claim table public.a; architecture; at once; Some(High); baseline"]
    );
    let mut same = example(&["a", "b"]);
    same.baseline = Some(written(&["a", "b"]));
    let outcome = same.run(&all());
    let fails = outcome
        .checks
        .iter()
        .flat_map(|ran| ran.result.iter().flatten());
    assert_eq!(
        fails
            .chain(&outcome.beside)
            .filter(|one| one.waiver.is_none())
            .count(),
        0
    );
}

#[test]
fn what_is_gone_is_told() {
    let mut later = example(&["b"]);
    let baseline = written(&["a", "b"]);
    later.baseline = Some(baseline.clone());
    let gone = |selected: &[_]| -> Vec<String> {
        let outcome = later.run(selected);
        let gone = baseline.gone(&outcome).into_iter();
        gone.map(ToString::to_string).collect()
    };
    assert_eq!(
        gone(&all()),
        [
            "false-claim table public.a",
            "DRIFT-02 broken policy p on public.a"
        ]
    );
    assert_eq!(gone(&[&FOURTH]), [""; 0]);
}

#[test]
fn what_waivers_hold_is_not_written_down() {
    let waived = example(&["a"]).waivers(
        "[[waiver]]\ncheck = \"DRIFT-02\"\nobject = \"* on public.a\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-04-01\n\
         [[waiver]]\ncheck = \"DRIFT-02\"\nobject = \"nothing\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-04-01\n",
    );
    let text = Baseline::of(&waived.run(&all())).text();
    assert_eq!(
        text,
        "{\n  \"format\": 1,\n  \"findings\": [\n    {\n      \"check\": null,\n      \"rule\": \"false-claim\",\n      \
         \"object\": \"table public.a\"\n    }\n  ]\n}\n"
    );
}

#[test]
fn what_is_no_baseline_is_refused() {
    for (text, expected) in [
        (
            "",
            "is no baseline: EOF while parsing a value at line 1 column 0",
        ),
        (
            "[]",
            "is no baseline: invalid length 0, expected struct Baseline with 2 elements at line 1 column 2",
        ),
        (
            "{\"format\": 2, \"findings\": []}",
            "is a baseline of format 2, and this release reads format 1; --write-baseline writes it anew",
        ),
        (
            "{\"format\": 1, \"findings\": [], \"more\": 1}",
            "is no baseline: unknown field `more`, expected `format` or `findings` at line 1 column 36",
        ),
    ] {
        let refused = Baseline::parse(text).expect_err(text);
        let told = refused.trim_end_matches("; `jsonb-contract drift --write-baseline` writes one");
        assert_eq!(told, expected);
    }
}

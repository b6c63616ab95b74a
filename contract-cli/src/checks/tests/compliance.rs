//! Claims and evidence.

use super::{
    Evidence, Example, FIRST, FOURTH, Outcome, SECOND, all, beside, catalog, matrix, relation,
    with_documents,
};
use crate::catalog::{QualifiedName, Relation};
use serde_json::{Value, json};

/// `table: claimed, computed: because`
fn levels(outcome: &Outcome) -> Vec<String> {
    outcome
        .compliance
        .iter()
        .map(|level| {
            let claimed = level
                .claimed
                .map_or("none".to_owned(), |level| format!("{level:?}"));
            let because = level.because.as_deref().map(|why| format!(": {why}"));
            format!(
                "{}: {claimed}, {:?}{}",
                level.table,
                level.computed,
                because.unwrap_or_default()
            )
        })
        .collect()
}

fn evidence(cases: &[(&str, &str)]) -> Evidence {
    let mut evidence = Evidence::default();
    for (suite, name) in cases {
        let report = format!("<testsuite name=\"{suite}\"><testcase name=\"{name}\"/></testsuite>");
        evidence.add(&report).expect("a report");
    }
    evidence
}

/// A run over table `t`, with these claims and tests.
fn run(relations: Vec<Relation>, claims: Value, tests: &[(&str, &str)]) -> Outcome {
    let mut example = Example::new(catalog(relations, &[]), matrix(&[("t", claims)]));
    example.evidence = evidence(tests);
    example.run(&all())
}

#[test]
fn a_level_is_what_the_evidence_carries() {
    const TESTS: [(&str, &str); 2] = [("rls", "t"), ("contracts", "public.t")];
    let none = || json!({});
    for (table, tests, expected) in [
        (
            relation("t", &[]),
            &TESTS[..0],
            "L2: no passed test of it in suite rls",
        ),
        (
            relation("t", &[]),
            &TESTS[1..],
            "L2: no passed test of it in suite rls",
        ),
        (relation("t", &[]), &TESTS[..1], "L3"),
        (
            with_documents(relation("t", &[])),
            &TESTS[..0],
            "L2: no passed test of it in suite rls, nor in contracts",
        ),
        (
            with_documents(relation("t", &[])),
            &TESTS[..1],
            "L2: no passed test of it in suite contracts",
        ),
        (
            with_documents(relation("t", &[])),
            &TESTS[1..],
            "L2: no passed test of it in suite rls",
        ),
        (with_documents(relation("t", &[])), &TESTS[..], "L3"),
        (
            relation("t", &["DRIFT-01"]),
            &TESTS[..],
            "L1: DRIFT-01 has 1 finding",
        ),
        (
            relation("t", &["DRIFT-02"]),
            &TESTS[..],
            "L1: DRIFT-02 has 1 finding",
        ),
        (
            relation("t", &["DRIFT-03"]),
            &TESTS[..],
            "L1: DRIFT-03 has 1 finding",
        ),
        (
            relation("t", &["DRIFT-01", "DRIFT-03"]),
            &TESTS[..],
            "L1: DRIFT-01 has 1 finding, DRIFT-03 has 1 finding",
        ),
        (relation("t", &["DRIFT-04", "DRIFT-05"]), &TESTS[..], "L3"),
    ] {
        let outcome = run(vec![table], none(), tests);
        assert_eq!(levels(&outcome), [format!("public.t: none, {expected}")]);
        assert_eq!(beside(&outcome), [""; 0]);
    }
}

#[test]
fn a_claim_is_the_higher_of_level_and_status() {
    for (level, status, expected) in [
        (Value::Null, Value::Null, "none"),
        (Value::Null, json!("declared"), "none"),
        (Value::Null, json!("non_compliant"), "none"),
        (Value::Null, json!("compliant"), "L2"),
        (json!("L0"), json!("declared"), "L0"),
        (json!("L1"), json!("compliant"), "L2"),
        (json!("L2"), json!("declared"), "L2"),
        (json!("L3"), json!("compliant"), "L3"),
        (json!("L3"), Value::Null, "L3"),
    ] {
        let claims = json!({"compliance_level": level, "status": status});
        let outcome = run(vec![relation("t", &[])], claims, &[("rls", "t")]);
        assert_eq!(levels(&outcome), [format!("public.t: {expected}, L3")]);
    }
}

#[test]
fn a_claim_above_the_evidence_is_false() {
    let told = "false-claim table public.t; architecture; at once; Some(High)";
    for (claimed, table, tests, expected) in [
        ("L1", relation("t", &["DRIFT-02"]), &[][..], None),
        ("L2", relation("t", &[]), &[], None),
        ("L3", relation("t", &[]), &[("rls", "t")], None),
        ("L3", relation("t", &[]), &[], Some(told)),
        // A finding that fails says it already.
        ("L2", relation("t", &["DRIFT-02"]), &[], None),
        ("L3", relation("t", &["DRIFT-03"]), &[], None),
        // One that has nothing to do with the level does not.
        ("L3", relation("t", &["DRIFT-04"]), &[], Some(told)),
    ] {
        let claims = json!({"compliance_level": claimed});
        let outcome = run(vec![table], claims, tests);
        assert_eq!(beside(&outcome), Vec::from_iter(expected), "{claimed}");
    }
    let outcome = run(
        vec![relation("t", &[])],
        json!({"compliance_level": "L3", "owner": "harbour"}),
        &[],
    );
    let finding = &outcome.beside[0].finding;
    assert_eq!(outcome.beside[0].owner.as_deref(), Some("harbour"));
    assert_eq!(
        finding.is,
        "the matrix claims L3, and the evidence carries L2: no passed test of it in suite rls"
    );
    assert_eq!(finding.matrix_line, Some(12));
}

#[test]
fn a_waived_finding_is_not_enforced() {
    let claims = json!({"status": "compliant"});
    let example = Example::new(
        catalog(vec![relation("t", &["DRIFT-02"])], &[]),
        matrix(&[("t", claims)]),
    )
    .waivers("[[waiver]]\ncheck = \"DRIFT-02\"\nobject = \"*\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-04-01\n");
    let outcome = example.run(&all());
    assert_eq!(
        levels(&outcome),
        ["public.t: L2, L1: DRIFT-02 has 1 finding"]
    );
    assert_eq!(
        beside(&outcome),
        ["false-claim table public.t; architecture; at once; Some(High)"]
    );
}

#[test]
fn tables_that_only_one_side_has_are_not_enforced() {
    let outcome = run(
        vec![relation("u", &[])],
        json!({"compliance_level": "L2"}),
        &[],
    );
    assert_eq!(
        levels(&outcome),
        [
            "public.t: L2, L1: it is not in the database",
            "public.u: none, L0: the matrix has no row of it",
        ]
    );
    assert_eq!(
        beside(&outcome),
        ["false-claim table public.t; architecture; at once; Some(High)"]
    );
}

#[test]
fn a_partition_is_part_of_its_table() {
    let mut partition = relation("t_1", &["DRIFT-02"]);
    partition.is_partition = true;
    partition.parents = vec![QualifiedName::new("public", "t")];
    let outcome = run(
        vec![relation("t", &[]), partition],
        json!({"compliance_level": "L2"}),
        &[],
    );
    assert_eq!(
        levels(&outcome),
        ["public.t: L2, L1: DRIFT-02 has 1 finding"]
    );
    assert_eq!(beside(&outcome), [""; 0]);
}

#[test]
fn nothing_is_said_of_levels_unless_their_checks_are_asked_for() {
    let claims = json!({"compliance_level": "L3"});
    let example = Example::new(
        catalog(vec![relation("t", &[])], &[]),
        matrix(&[("t", claims)]),
    );
    let outcome = example.run(&[&FIRST, &SECOND, &FOURTH]);
    assert_eq!(levels(&outcome), [""; 0]);
    assert_eq!(beside(&outcome), [""; 0]);
}

#[test]
fn a_check_that_could_not_run_leaves_one_finding_for_all_claims() {
    let claims = |level: &str| json!({"compliance_level": level});
    let example = |rows: &[(&str, Value)]| {
        let tables = vec![
            relation("t", &[]),
            relation("u", &["DRIFT-02"]),
            relation("v", &[]),
        ];
        Example::new(catalog(tables, &["DRIFT-01"]), matrix(rows))
    };
    let rows = [
        ("t", claims("L2")),
        ("u", claims("L2")),
        ("v", claims("L3")),
    ];
    let outcome = example(&rows).run(&all());
    assert_eq!(
        levels(&outcome)[0],
        "public.t: L2, L1: DRIFT-01 could not run"
    );
    assert_eq!(
        beside(&outcome),
        ["false-claim matrix section A; architecture; at once; Some(High)"]
    );
    assert_eq!(
        outcome.beside[0].finding.is,
        "2 claims of L2 or more cannot be shown: DRIFT-01 could not run"
    );
    let outcome = example(&[("t", claims("L1"))]).run(&all());
    assert_eq!(beside(&outcome), [""; 0]);
}

//! What Postgres 15 does not have, over catalogs that are made by hand.

use super::{findings, partition_bound::Bound};
use crate::{
    catalog::{Catalog, Column, Constraint, ConstraintKind, QualifiedName, Relation, RelationKind},
    guardrail::Matrix,
};

fn column(name: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: "integer".to_owned(),
        jsonb: None,
        not_null: false,
        default: None,
        generated: false,
        identity: None,
        collation: None,
        inherited: false,
    }
}

fn check(kind: ConstraintKind, definition: &str) -> Constraint {
    Constraint {
        name: "c".to_owned(),
        kind,
        columns: vec!["a".to_owned()],
        definition: definition.to_owned(),
        validated: true,
        enforced: true,
        disabled_on: Vec::new(),
        inherited: false,
        references: None,
        calls: Vec::new(),
    }
}

fn table(name: &str, constraints: Vec<Constraint>) -> Relation {
    Relation {
        name: QualifiedName::new("public", name),
        kind: RelationKind::Table,
        owner: "owner".to_owned(),
        unlogged: false,
        row_security: false,
        force_row_security: false,
        is_partition: false,
        parents: Vec::new(),
        partition_key: None,
        partition_bound: None,
        options: Vec::new(),
        grants: Vec::new(),
        columns: vec![column("a")],
        constraints,
        indexes: Vec::new(),
        policies: Vec::new(),
        triggers: Vec::new(),
        rules: Vec::new(),
        definition: None,
        reads: Vec::new(),
    }
}

fn catalog(relations: Vec<Relation>) -> Catalog {
    Catalog {
        format: Catalog::FORMAT,
        schema_grants: Vec::new(),
        replaced_functions: Vec::new(),
        server_version: 18,
        schemas: vec!["public".to_owned()],
        extensions: Vec::new(),
        roles: Vec::new(),
        relations,
        types: Vec::new(),
        functions: Vec::new(),
        contract_types: Vec::new(),
    }
}

/// Rule and object of each finding.
fn found(should: Vec<Relation>, is: Vec<Relation>) -> Vec<String> {
    let findings = findings(&catalog(should), &catalog(is), &Matrix::default());
    let texts = findings
        .iter()
        .map(|finding| format!("{}: {}", finding.rule, finding.object));
    texts.collect()
}

#[test]
fn a_constraint_that_is_not_enforced() {
    let should = check(ConstraintKind::Check, "CHECK ((a > 1))");
    let is = Constraint {
        definition: "CHECK ((a > 1)) NOT ENFORCED".to_owned(),
        enforced: false,
        validated: false,
        ..should.clone()
    };
    let tables = |constraint: &Constraint| vec![table("t", vec![constraint.clone()])];
    let expected = ["constraint-enforced: constraint c on public.t"];
    assert_eq!(found(tables(&should), tables(&is)), expected);
    assert_eq!(found(tables(&should), tables(&should)), [""; 0]);
}

#[test]
fn a_not_null_has_a_name_that_is_of_no_account() {
    let plain = check(ConstraintKind::NotNull, "NOT NULL a");
    let renamed = Constraint {
        name: "d".to_owned(),
        ..plain.clone()
    };
    let unchecked = Constraint {
        validated: false,
        ..plain.clone()
    };
    let tables = |constraint: &Constraint| vec![table("t", vec![constraint.clone()])];
    assert_eq!(found(tables(&plain), tables(&renamed)), [""; 0]);
    let expected = ["constraint-not-migrated: constraint c on public.t"];
    assert_eq!(
        found(vec![table("t", Vec::new())], tables(&unchecked)),
        expected
    );
}

#[test]
fn what_goes_along_is_never_lost() {
    // Each is taken for the cause of the other.
    let parents = |name: &str, parent: &str| Relation {
        parents: vec![QualifiedName::new("public", parent)],
        ..table(name, Vec::new())
    };
    let found = found(vec![parents("a", "b"), parents("b", "a")], Vec::new());
    assert_eq!(
        found,
        [
            "table-missing: table public.a",
            "table-missing: table public.b"
        ]
    );
}

#[test]
fn a_bound_implies_the_checks_that_say_the_same() {
    let implied = |key: &str, bound: &str, definition: &str| {
        let parent = Relation {
            kind: RelationKind::PartitionedTable,
            partition_key: Some(key.to_owned()),
            ..table("p", Vec::new())
        };
        let partition = Relation {
            is_partition: true,
            partition_bound: Some(bound.to_owned()),
            ..table("q", Vec::new())
        };
        let check = check(ConstraintKind::Check, definition);
        Bound::of(&partition, &parent).is_some_and(|bound| bound.implies(&check))
    };
    let range = "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')";
    let list = "FOR VALUES IN ('x', 'y')";
    for (key, bound, definition) in [
        (
            "RANGE (a)",
            range,
            "CHECK (((a >= '2025-01-01'::date) AND (a < '2026-01-01'::date)))",
        ),
        (
            "RANGE (a)",
            range,
            "CHECK (((a IS NOT NULL) AND (a >= '2025-01-01'::date))) NOT VALID",
        ),
        (
            "RANGE (a)",
            "FOR VALUES FROM (1) TO (MAXVALUE)",
            "CHECK ((a >= '1'::bigint))",
        ),
        (
            "LIST (a)",
            list,
            "CHECK ((a = ANY (ARRAY['y'::text, 'x'::text, 'z'::text])))",
        ),
        ("LIST (a)", "FOR VALUES IN ('x')", "CHECK ((a = 'x'::text))"),
    ] {
        assert!(implied(key, bound, definition), "{bound} {definition}");
    }
    for (key, bound, definition) in [
        ("RANGE (a)", range, "CHECK ((a >= '2025-02-01'::date))"),
        ("RANGE (a)", range, "CHECK ((a < '2025-01-01'::date))"),
        ("RANGE (a)", range, "CHECK ((b >= '2025-01-01'::date))"),
        (
            "RANGE (a, b)",
            "FOR VALUES FROM (1, 1) TO (2, 2)",
            "CHECK ((a < 2))",
        ),
        (
            "RANGE (lower(a))",
            "FOR VALUES FROM ('x') TO ('y')",
            "CHECK ((a >= 'x'::text))",
        ),
        (
            "RANGE (a)",
            "FOR VALUES FROM (1.5) TO (MAXVALUE)",
            "CHECK ((a >= (1.5)::integer))",
        ),
        ("LIST (a)", list, "CHECK ((a = 'x'::text))"),
        (
            "LIST (a)",
            "FOR VALUES IN (NULL, 'x')",
            "CHECK ((a IS NOT NULL))",
        ),
        ("LIST (a)", "DEFAULT", "CHECK ((a IS NOT NULL))"),
        (
            "HASH (a)",
            "FOR VALUES WITH (modulus 2, remainder 0)",
            "CHECK ((a IS NOT NULL))",
        ),
    ] {
        assert!(!implied(key, bound, definition), "{bound} {definition}");
    }
}

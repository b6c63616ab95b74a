//! What Postgres 15 does not have, over catalogs that are made by hand.

use super::findings;
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

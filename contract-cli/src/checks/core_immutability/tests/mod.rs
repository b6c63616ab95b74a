//! Triggers and what is said of them. The DDL is read by the grammar of Postgres; that the server agrees
//! is shown in `tests/postgres/core_immutability.rs`.

mod columns;
mod conditions;
mod triggers;

use crate::{
    catalog::{
        Catalog, Column, Constraint, ConstraintKind, Function, QualifiedName, Relation,
        RelationKind, Trigger, TriggerEnabled, TriggerTiming, Type,
    },
    checks::{Facts, Finding},
    guardrail::model::{Matrix, Table},
};
use jiff::civil::{Date, date};
use pg_query::{NodeEnum, ParserOptions, protobuf::CreateTrigStmt};

const TODAY: Date = date(2026, 3, 1);

/// A trigger that holds, of the columns a and n.
const HOLDS: &str = "CREATE TRIGGER t_immutable AFTER UPDATE ON t FOR EACH ROW
    WHEN (old.a IS DISTINCT FROM new.a OR old.n IS DISTINCT FROM new.n) EXECUTE FUNCTION refuse()";

/// Columns: `a` not null, `n` varchar that can be null, `f` double precision, `s` of a domain over integer, `g` generated, `k` beside.
fn table(name: &str) -> Relation {
    let column = |name: &str, data_type: &str| Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        jsonb: None,
        not_null: name == "a",
        default: None,
        generated: name == "g",
        identity: None,
        collation: None,
        inherited: false,
    };
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
        columns: vec![
            column("a", "uuid"),
            column("n", "character varying(20)"),
            column("f", "double precision"),
            column("s", "public.score"),
            column("g", "integer"),
            column("k", "integer"),
        ],
        constraints: vec![Constraint {
            name: "t_pkey".to_owned(),
            kind: ConstraintKind::PrimaryKey,
            columns: vec!["a".to_owned()],
            definition: "PRIMARY KEY (a)".to_owned(),
            validated: true,
            enforced: true,
            disabled_on: Vec::new(),
            inherited: false,
            references: None,
            calls: Vec::new(),
        }],
        indexes: Vec::new(),
        policies: Vec::new(),
        triggers: Vec::new(),
        rules: Vec::new(),
        definition: None,
        reads: Vec::new(),
    }
}

fn function(name: &str, header: &str, body: &str) -> Function {
    Function {
        name: QualifiedName::new("public", name),
        arguments: String::new(),
        language: "plpgsql".to_owned(),
        returns_trigger: true,
        body: body.to_owned(),
        definition: format!(
            "CREATE OR REPLACE FUNCTION public.{name}()\n RETURNS trigger\n LANGUAGE plpgsql\n{header}AS $function${body}$function$\n"
        ),
        owner: "owner".to_owned(),
    }
}

/// A trigger as the catalog has it.
fn trigger(ddl: &str) -> Trigger {
    let parsed = pg_query::parse(ddl, ParserOptions::default()).expect("DDL");
    let Some(NodeEnum::CreateTrigStmt(trigger)) = parsed.protobuf.stmts[0]
        .stmt
        .as_ref()
        .and_then(|statement| statement.node.clone())
    else {
        panic!("not a trigger: {ddl}");
    };
    let names = |nodes: &[pg_query::protobuf::Node]| -> Vec<String> {
        let names = nodes.iter().map(crate::expression::name);
        names.map(|name| name.expect("a name").to_owned()).collect()
    };
    let function = match names(&trigger.funcname).as_slice() {
        [name] => QualifiedName::new("public", name),
        [schema, name] => QualifiedName::new(schema, name),
        other => panic!("{other:?}"),
    };
    Trigger {
        name: trigger.trigname.clone(),
        timing: if trigger.timing & 2 != 0 {
            TriggerTiming::Before
        } else {
            TriggerTiming::After
        },
        events: [(4, "INSERT"), (8, "DELETE"), (16, "UPDATE")]
            .iter()
            .filter(|(bit, _)| trigger.events & bit != 0)
            .map(|(_, event)| (*event).to_owned())
            .collect(),
        for_each_row: trigger.row,
        columns: names(&trigger.columns),
        when: when(&trigger, ddl),
        function,
        arguments: Vec::new(),
        enabled: TriggerEnabled::Origin,
        is_constraint: trigger.isconstraint,
        deferrable: trigger.deferrable,
        inherited: false,
        definition: ddl.to_owned(),
    }
}

/// The text between `WHEN (` and `) EXECUTE`.
fn when(trigger: &CreateTrigStmt, ddl: &str) -> Option<String> {
    trigger.when_clause.as_ref()?;
    let (_, when) = ddl.split_once("WHEN (").expect("a condition");
    let (when, _) = when.rsplit_once(") EXECUTE").expect("an end");
    Some(when.to_owned())
}

fn catalog(relations: Vec<Relation>, functions: Vec<Function>) -> Catalog {
    let mut catalog = Catalog {
        format: Catalog::FORMAT,
        schema_grants: Vec::new(),
        replaced_functions: Vec::new(),
        server_version: 15,
        schemas: vec!["public".to_owned()],
        extensions: Vec::new(),
        roles: Vec::new(),
        relations,
        types: vec![Type {
            name: QualifiedName::new("public", "score"),
            definition: "DOMAIN integer NOT NULL CONSTRAINT c CHECK (VALUE > 0)".to_owned(),
        }],
        functions,
        contract_types: Vec::new(),
    };
    catalog.functions.push(function(
        "refuse",
        "",
        "BEGIN RAISE EXCEPTION 'immutable'; END",
    ));
    catalog
        .functions
        .push(function("touch", "", "BEGIN NEW.k := 1; RETURN NEW; END"));
    catalog
        .functions
        .sort_by(|one, other| one.name.cmp(&other.name));
    catalog
        .relations
        .sort_by(|one, other| one.name.cmp(&other.name));
    catalog
}

fn row(immutable: &[&str]) -> Table {
    Table {
        line: 7,
        table: QualifiedName::new("public", "t"),
        purpose: None,
        semantic_role: None,
        tenant_scope: None,
        derived_scope_proof: None,
        rls_required: None,
        core_columns: Vec::new(),
        immutable_columns: immutable.iter().map(|&name| name.to_owned()).collect(),
        extra_columns: Vec::new(),
        jsonb_columns: Vec::new(),
        contract_types: Vec::new(),
        rls_policy: None,
        index_requirements: None,
        index_justification: None,
        promotion_candidates: None,
        owner: None,
        adapter_owner: None,
        validator_owner: None,
        test_coverage: None,
        compliance_level: None,
        status: None,
    }
}

/// `rule object: is`, sorted.
fn lines(mut findings: Vec<Finding>) -> Vec<String> {
    findings.sort();
    findings
        .iter()
        .map(|finding| format!("{} {}: {}", finding.rule, finding.object, finding.is))
        .collect()
}

fn said_of_triggers(catalog: &Catalog, immutable: &[&str]) -> Vec<String> {
    let matrix = Matrix::default();
    let facts = Facts {
        catalog,
        matrix: &matrix,
        migrated: None,
        today: TODAY,
    };
    lines(super::triggers::findings(&facts, &row(immutable)))
}

/// What is said of a table with these triggers.
fn said(ddl: &[&str], functions: Vec<Function>, immutable: &[&str]) -> Vec<String> {
    let mut relation = table("t");
    relation.triggers = ddl.iter().map(|ddl| trigger(ddl)).collect();
    said_of_triggers(&catalog(vec![relation], functions), immutable)
}

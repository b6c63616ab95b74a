//! Runs of checks that find what an example says: who mends it, what waives it, which level it leaves.

mod baseline;
mod compliance;
mod owners;
mod waivers;

use super::{
    Assigned, Baseline, Check, Evidence, Facts, Finding, Object, Outcome, Waived, Waivers, run,
};
use crate::{
    catalog::{Catalog, Relation},
    guardrail::Matrix,
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

const TODAY: Date = date(2026, 3, 1);

/// A check of an example: it finds `broken` on each relation that has its id among its options, and cannot run in a
/// database with a schema of its name.
const fn check(id: &'static str, run: fn(&Facts<'_>) -> Result<Vec<Finding>, String>) -> Check {
    Check {
        id,
        title: "example",
        summary: "",
        explanation: "",
        report: "example.json",
        run,
    }
}

static FIRST: Check = check("DRIFT-01", |facts| found(facts, "DRIFT-01"));
static SECOND: Check = check("DRIFT-02", |facts| found(facts, "DRIFT-02"));
static THIRD: Check = check("DRIFT-03", |facts| found(facts, "DRIFT-03"));
static FOURTH: Check = check("DRIFT-04", |facts| found(facts, "DRIFT-04"));
static FIFTH: Check = check("DRIFT-05", |facts| found(facts, "DRIFT-05"));

fn all() -> [&'static Check; 5] {
    [&FIRST, &SECOND, &THIRD, &FOURTH, &FIFTH]
}

fn found(facts: &Facts<'_>, id: &str) -> Result<Vec<Finding>, String> {
    if facts.catalog.schemas.iter().any(|schema| schema == id) {
        return Err("it needs the migrations".to_owned());
    }
    let broken = facts
        .catalog
        .relations
        .iter()
        .filter(|relation| relation.options.iter().any(|option| option == id));
    // The last one first, and the first one twice.
    let mut findings: Vec<_> = broken
        .map(|relation| Finding {
            object: Object::part(&relation.name, "policy", "p"),
            rule: "broken",
            is: "broken".to_owned(),
            should: "whole".to_owned(),
            hint: None,
            matrix_line: None,
        })
        .collect();
    findings.extend(findings.first().cloned());
    findings.reverse();
    Ok(findings)
}

/// A table in which these checks find something.
fn relation(name: &str, broken: &[&str]) -> Relation {
    serde_json::from_value(json!({
        "name": {"schema": "public", "name": name}, "kind": "table", "owner": "owner", "unlogged": false,
        "row_security": true, "force_row_security": true, "is_partition": false, "parents": [],
        "partition_key": null, "partition_bound": null, "options": broken, "grants": [],
        "columns": [], "constraints": [], "indexes": [], "policies": [], "triggers": [],
        "definition": null, "reads": [],
    }))
    .expect("a relation")
}

/// A table with a jsonb column.
fn with_documents(mut relation: Relation) -> Relation {
    let column = json!({
        "name": "metadata", "data_type": "jsonb", "jsonb": "plain", "not_null": true, "default": null,
        "generated": false, "identity": null, "collation": null, "inherited": false,
    });
    relation
        .columns
        .push(serde_json::from_value(column).expect("a column"));
    relation
}

/// A database in which these checks cannot run.
fn catalog(mut relations: Vec<Relation>, cannot_run: &[&str]) -> Catalog {
    relations.sort_by(|one, other| one.name.cmp(&other.name));
    Catalog {
        format: Catalog::FORMAT,
        schema_grants: Vec::new(),
        replaced_functions: Vec::new(),
        server_version: 15,
        schemas: cannot_run.iter().map(|&id| id.to_owned()).collect(),
        extensions: Vec::new(),
        roles: Vec::new(),
        relations,
        types: Vec::new(),
        functions: Vec::new(),
        contract_types: Vec::new(),
    }
}

/// A matrix with these tables (name and claims) in which every check has owner, ETA and risk.
fn matrix(tables: &[(&str, Value)]) -> Matrix {
    let checks: Vec<_> = all()
        .iter()
        .map(|check| {
            json!({
                "line": 90, "id": check.id, "validates": null, "input": null, "artifact": null,
                "severity": null, "owner": "platform", "eta": "7 days", "risk": "medium", "implemented": true,
            })
        })
        .collect();
    let tables: Vec<_> = tables
        .iter()
        .map(|(name, claims)| row(name, claims))
        .collect();
    serde_json::from_value(json!({
        "version": null, "owner": "architecture", "tables": tables, "contracts": [], "promotions": [],
        "row_security": [], "bypass_roles": [], "checks": checks, "deprecations": [],
    }))
    .expect("a matrix")
}

fn row(name: &str, claims: &Value) -> Value {
    let mut row = json!({
        "line": 12, "table": {"schema": "public", "name": name}, "purpose": null, "semantic_role": null,
        "tenant_scope": null, "derived_scope_proof": null, "rls_required": null, "core_columns": [],
        "immutable_columns": [], "extra_columns": [], "jsonb_columns": [], "contract_types": [],
        "rls_policy": null, "index_requirements": null, "index_justification": null,
        "promotion_candidates": null, "owner": null, "adapter_owner": null, "validator_owner": null,
        "test_coverage": null, "compliance_level": null, "status": null,
    });
    for (key, value) in claims.as_object().expect("claims") {
        row[key] = value.clone();
    }
    row
}

/// A run, with nothing beside the facts unless it is set.
struct Example {
    catalog: Catalog,
    matrix: Matrix,
    waivers: Waivers,
    baseline: Option<Baseline>,
    evidence: Evidence,
}

impl Example {
    fn new(catalog: Catalog, matrix: Matrix) -> Self {
        Self {
            catalog,
            matrix,
            waivers: Waivers::default(),
            baseline: None,
            evidence: Evidence::default(),
        }
    }

    fn waivers(mut self, text: &str) -> Self {
        self.waivers = Waivers::parse(text, date(2026, 1, 1)).expect("a waiver file");
        self
    }

    fn run(&self, selected: &[&'static Check]) -> Outcome {
        let facts = Facts {
            catalog: &self.catalog,
            matrix: &self.matrix,
            migrated: None,
            today: TODAY,
        };
        let baseline = self.baseline.as_ref();
        run(&facts, selected, &self.waivers, baseline, &self.evidence)
    }
}

/// `rule object; owner; ETA; risk; waiver` of a finding.
fn line(one: &Assigned) -> String {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let waiver = match &one.waiver {
        None => String::new(),
        Some(Waived::Waiver { reason, expires }) => format!("; {reason} until {expires}"),
        Some(Waived::Baseline) => "; baseline".to_owned(),
    };
    format!(
        "{} {}; {}; {}; {:?}{waiver}",
        one.finding.rule,
        one.finding.object,
        or_none(&one.owner),
        or_none(&one.eta),
        one.risk
    )
}

/// The lines of a check's findings.
fn lines_of(outcome: &Outcome, id: &str) -> Vec<String> {
    let ran = outcome.checks.iter().find(|ran| ran.check.id == id);
    let findings = ran.expect("the check").result.as_ref().expect("findings");
    findings.iter().map(line).collect()
}

fn beside(outcome: &Outcome) -> Vec<String> {
    outcome.beside.iter().map(line).collect()
}

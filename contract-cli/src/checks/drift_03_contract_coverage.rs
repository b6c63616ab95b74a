//! DRIFT-03, contract coverage.

use super::{
    Check, Facts, Finding, Object,
    contract_coverage::{Coverage, Covered, EXTENSION, Problem, Promises},
};
use crate::{
    catalog::{Catalog, QualifiedName, RelationKind},
    guardrail::model,
};
use contract_core::Manifest;
use std::collections::{BTreeMap, HashMap, HashSet};

pub const CHECK: Check = Check {
    id: "DRIFT-03",
    title: "contract coverage",
    summary: "each jsonb column against registry and matrix",
    explanation: "\
Every jsonb column, also one under a domain, has a contract type: the matrix names it, the registry knows \
it, a validated CHECK enforces it, and a guard trigger keeps versions from going down.

A CHECK counts where a row cannot pass it with a document that is not valid: contract.check, contract.is_valid, \
contract.is_writable or the function of a registered contract type, called with the column; alone, joined to other \
conditions with AND, or after \"column IS NULL OR\". The functions have to be those of the extension. A guard \
counts where it is enabled, fires before every INSERT and UPDATE of every row, and is the last BEFORE trigger.

Where the matrix says that a contract type needs no CHECK, registration is enough. A jsonb inside of an array or of a \
composite type cannot be bound, and is a finding. CHECKs of foreign tables are not enforced by Postgres. \
Partitions are judged beside their table; what is wrong with both is told once.

The matrix is compared too: columns that it lists and that are not there, contract types that nobody knows, and \
ids and version ranges that are not those of the registry.",
    report: "contract-coverage.json",
    run,
};

fn run(facts: &Facts<'_>) -> Result<Vec<Finding>, String> {
    let coverage = Coverage::new(facts.catalog, Some(facts.matrix))?;
    let columns = coverage.columns()?;
    let promises = Promises::of(facts.matrix);
    let mut findings = in_columns(&columns);
    findings.extend(without_column(facts.catalog, &promises));
    findings.extend(of_contract_types(facts.matrix, &coverage, &promises));
    findings.extend(without_extension(&columns));
    findings.extend(facts.catalog.replaced_functions.iter().map(replaced));
    Ok(findings)
}

/// What is wrong with columns, but for what is told of the contract type or of the extension, and for
/// what is wrong with the table that a partition belongs to.
fn in_columns(columns: &[Covered<'_>]) -> Vec<Finding> {
    let mut rules: HashMap<(&QualifiedName, &str), Vec<&str>> = HashMap::new();
    for covered in columns {
        rules.insert(
            (&covered.relation.name, &covered.column.name),
            covered
                .problems
                .iter()
                .map(|problem| problem.rule)
                .collect(),
        );
    }
    let mut findings = Vec::new();
    for covered in columns {
        let (table, column) = (&covered.relation.name, covered.column.name.as_str());
        let is_told = |problem: &Problem| {
            let named_by_matrix = covered.promise.is_some_and(|p| p.contract_type.is_some());
            (problem.rule == Problem::UNKNOWN_TYPE && named_by_matrix)
                || problem.rule == Problem::NO_EXTENSION
                || covered.relation.parents.iter().any(|parent| {
                    rules
                        .get(&(parent, column))
                        .is_some_and(|rules| rules.contains(&problem.rule))
                })
        };
        findings.extend(
            covered
                .problems
                .iter()
                .filter(|p| !is_told(p))
                .map(|problem| Finding {
                    object: Object::part(table, "column", column),
                    rule: problem.rule,
                    is: problem.with_detail(),
                    should: problem.should.clone(),
                    hint: problem.hint.clone(),
                    matrix_line: covered.promise.map(|promise| promise.line),
                }),
        );
    }
    findings
}

/// A function that all CHECKs or guards stand on, and that does something else now.
fn replaced(function: &String) -> Finding {
    Finding {
        object: Object::other("function", function),
        rule: "contract-function-replaced",
        is: "it is no longer the one of the extension's library".to_owned(),
        should: format!("the function that extension {EXTENSION} installs"),
        hint: Some(
            "run the CREATE FUNCTION of the extension's script again, as CREATE OR REPLACE"
                .to_owned(),
        ),
        matrix_line: None,
    }
}

/// Columns that the matrix lists, and that are not there as jsonb; a table that is not there is told once.
fn without_column(catalog: &Catalog, promises: &Promises<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut missing_tables: BTreeMap<&QualifiedName, (u64, Vec<&str>)> = BTreeMap::new();
    for (table, column, promise) in promises.columns() {
        let Some(relation) = catalog.relation(table) else {
            let (_, columns) = missing_tables
                .entry(table)
                .or_insert_with(|| (promise.line, Vec::new()));
            columns.push(column);
            continue;
        };
        let is = match relation.column(column) {
            _ if !(relation.is_table() || relation.kind == RelationKind::ForeignTable) => {
                "is in the matrix, and belongs to no table".to_owned()
            }
            None => "is in the matrix, and not in the database".to_owned(),
            Some(found) if found.jsonb.is_none() => {
                format!("is in the matrix, and is of type {}", found.data_type)
            }
            Some(_) => continue,
        };
        findings.push(Finding {
            object: Object::part(table, "column", column),
            rule: "registered-column-missing",
            is,
            should: "a column of type jsonb".to_owned(),
            hint: None,
            matrix_line: Some(promise.line),
        });
    }
    findings.extend(
        missing_tables
            .into_iter()
            .map(|(table, (line, columns))| Finding {
                object: Object::table(table),
                rule: "registered-table-missing",
                is: format!(
                    "is not in the database; the matrix lists its jsonb columns {}",
                    columns.join(", ")
                ),
                should: "a table with the jsonb columns that the matrix lists".to_owned(),
                hint: None,
                matrix_line: Some(line),
            }),
    );
    findings
}

/// Contract types of the matrix against those that are known.
fn of_contract_types(
    matrix: &model::Matrix,
    coverage: &Coverage<'_>,
    promises: &Promises<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = HashSet::new();
    for row in &matrix.contracts {
        if !seen.insert(row.contract_type.as_str()) {
            continue;
        }
        match coverage.contracts.get(&row.contract_type) {
            Some(manifest) => findings.extend(differences(row, manifest)),
            None => findings.push(unknown(&row.contract_type, row.line)),
        }
    }
    for (_, _, promise) in promises.columns() {
        let Some(contract_type) = promise.contract_type.filter(|name| seen.insert(name)) else {
            continue;
        };
        if coverage.contracts.get(contract_type).is_none() {
            findings.push(unknown(contract_type, promise.line));
        } else {
            findings.push(of_type(
                contract_type,
                promise.line,
                "contract-type-not-in-matrix",
                "is named for a column, and has no row in section B".to_owned(),
                "a row in section B for each contract type".to_owned(),
            ));
        }
    }
    findings
}

/// Where a row of section B is not what the contract type is.
fn differences(row: &model::Contract, manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut differ = |rule, is: String, should: String| {
        findings.push(of_type(&row.contract_type, row.line, rule, is, should));
    };
    if let Some(id) = row
        .canonical_contract_id
        .as_ref()
        .filter(|id| **id != manifest.canonical_id)
    {
        differ(
            "contract-id-differs",
            format!("the matrix has the id {id}"),
            format!("the id {}", manifest.canonical_id),
        );
    }
    let (low, high) = (manifest.min_version, manifest.max_version);
    let (said_low, said_high) = (
        row.min_version.unwrap_or(low),
        row.max_version.unwrap_or(high),
    );
    if (said_low, said_high) != (low, high) {
        differ(
            "contract-versions-differ",
            format!("the matrix has versions {said_low} to {said_high}"),
            format!("versions {low} to {high}"),
        );
    } else if let Some(floor) = row
        .write_floor
        .filter(|floor| !(low..=high).contains(floor))
    {
        differ(
            "contract-floor-differs",
            format!("the matrix has write floor {floor}"),
            format!("one of the versions {low} to {high}"),
        );
    }
    findings
}

fn unknown(contract_type: &str, line: u64) -> Finding {
    of_type(
        contract_type,
        line,
        Problem::UNKNOWN_TYPE,
        "is in the matrix, and neither built in nor registered in the database".to_owned(),
        "a contract type that is known".to_owned(),
    )
}

fn of_type(
    contract_type: &str,
    line: u64,
    rule: &'static str,
    is: String,
    should: String,
) -> Finding {
    Finding {
        object: Object::other("contract type", contract_type),
        rule,
        is,
        should,
        hint: None,
        matrix_line: Some(line),
    }
}

/// Without the extension nothing is enforced: that is one finding, and not one a column.
fn without_extension(columns: &[Covered<'_>]) -> Option<Finding> {
    let mut problems = columns.iter().flat_map(|covered| &covered.problems);
    let problem = problems.find(|problem| problem.rule == Problem::NO_EXTENSION)?;
    Some(Finding {
        object: Object::other("extension", EXTENSION),
        rule: problem.rule,
        is: "is not in the database, so that no contract is enforced".to_owned(),
        should: problem.should.clone(),
        hint: problem.hint.clone(),
        matrix_line: None,
    })
}

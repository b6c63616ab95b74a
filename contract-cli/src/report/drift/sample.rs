//! A run with everything that a report can have, under names that try to get out of every format.

use super::Run;
use crate::{
    catalog::QualifiedName,
    checks::{Assigned, CHECKS, CheckOutcome, Compliance, Finding, Object, Outcome, Waived},
    guardrail::{
        Matrix,
        model::{self, Level, Risk},
    },
};
use jiff::civil::date;
use std::path::Path;

/// Names as a database may have them.
pub fn names() -> Vec<QualifiedName> {
    let long = "a_table_with_a_name_that_is_as_long_as_postgres_lets_a_name_be_";
    assert_eq!(long.len(), 63);
    [
        "nexus_cases",
        "<script>alert(1)</script>",
        "%0A::error::,:\n::stop",
        "it's \"quoted\"",
        "Auftr\u{e4}ge \u{2192} \u{1f4a5}",
        "select",
        "\u{1b}[31m\u{202e}\u{7}]]>",
        long,
    ]
    .map(|name| QualifiedName::new("public", name))
    .into()
}

fn finding(object: Object, rule: &'static str) -> Finding {
    Finding {
        object,
        rule,
        is: "USING is true".to_owned(),
        should: "USING compares tenant_id & 1 < 2".to_owned(),
        hint: Some("ALTER POLICY \"p\" ON t USING (tenant_id = '1');".to_owned()),
        matrix_line: None,
    }
}

fn assigned(finding: Finding, risk: Option<Risk>) -> Assigned {
    Assigned {
        finding,
        owner: Some("security".to_owned()),
        eta: Some("7 days".to_owned()),
        risk,
        waiver: None,
    }
}

/// The findings of the second check: one of each risk, waived ones, and one that is about no table.
fn findings() -> Vec<Assigned> {
    let risks = [
        Some(Risk::Critical),
        Some(Risk::High),
        Some(Risk::Medium),
        Some(Risk::Low),
        None,
    ];
    let names = names();
    let mut findings: Vec<Assigned> = names
        .iter()
        .zip(risks)
        .map(|(name, risk)| {
            let object = Object::part(name, "policy", name.name.clone());
            assigned(finding(object, "policy-condition"), risk)
        })
        .collect();
    findings[0].finding.matrix_line = Some(12);
    findings[4].owner = None;
    findings[4].eta = None;
    findings.push(assigned(
        finding(Object::table(&names[0]), "rls-disabled"),
        Some(Risk::High),
    ));
    findings.push(Assigned {
        waiver: Some(Waived::Waiver {
            reason: "the old importer\nneeds it".to_owned(),
            expires: date(2027, 1, 31),
        }),
        ..assigned(
            finding(Object::table(&names[5]), "rls-disabled"),
            Some(Risk::High),
        )
    });
    findings.push(Assigned {
        waiver: Some(Waived::Baseline),
        ..assigned(
            finding(Object::table(&names[6]), "rls-disabled"),
            Some(Risk::High),
        )
    });
    findings.push(assigned(
        Finding {
            hint: None,
            ..finding(Object::other("role", "reporting"), "role-bypasses-rls")
        },
        Some(Risk::Critical),
    ));
    findings.sort_unstable();
    findings
}

/// A check that could not run, one with findings, one without.
pub fn outcome() -> Outcome {
    let results = [
        Err("no migrations: give --migrations DIR, or --migrated FILE & more".to_owned()),
        Ok(findings()),
        Ok(Vec::new()),
    ];
    Outcome {
        checks: CHECKS
            .iter()
            .zip(results)
            .map(|(check, result)| CheckOutcome { check, result })
            .collect(),
        beside: vec![assigned(
            finding(Object::table(&names()[1]), "false-claim"),
            Some(Risk::High),
        )],
        compliance: names()
            .into_iter()
            .enumerate()
            .map(|(index, table)| Compliance {
                table,
                claimed: Some(if index < 2 { Level::L2 } else { Level::L1 }),
                computed: if index == 1 { Level::L2 } else { Level::L1 },
                because: (index == 0).then(|| "DRIFT-02 found 2 things".to_owned()),
            })
            .collect(),
    }
}

/// A matrix with a row for the check and for some of the tables.
pub fn matrix() -> Matrix {
    let table = |(line, name): (u64, &QualifiedName)| {
        serde_json::from_value(serde_json::json!({
            "line": line, "table": name, "core_columns": [], "immutable_columns": [], "extra_columns": [],
            "jsonb_columns": [], "contract_types": [],
        }))
        .expect("a row")
    };
    Matrix {
        tables: (12..).zip(&names()[..3]).map(table).collect(),
        checks: vec![model::Check {
            line: 40,
            id: "DRIFT-02".to_owned(),
            validates: None,
            input: None,
            artifact: None,
            severity: None,
            owner: None,
            eta: None,
            risk: None,
            implemented: None,
        }],
        ..Matrix::default()
    }
}

/// Calls back with the run.
pub fn with_run<T>(outcome: &Outcome, look: impl FnOnce(&Run<'_>) -> T) -> T {
    look(&Run {
        outcome,
        matrix: &matrix(),
        matrix_file: Path::new("docs/ssot, 100%/GUARDRAIL_MATRIX.md"),
        tables: names().into_iter().collect(),
    })
}

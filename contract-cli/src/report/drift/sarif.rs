//! SARIF 2.1.0 (OASIS Standard), for code scanning.
//!
//! A finding is a result at its line of the matrix, known again by check, rule and object; a waived one is suppressed
//! (section 3.27.23). A check that could not run is a notification, as the standard has it (section 3.20.21), and a
//! result too: code scanning that looks at results alone would take what the check found before for mended.

use super::{
    Run, Section,
    words::{sentence, waiver},
};
use crate::{
    checks::{Assigned, CHECKS},
    guardrail::model::Risk,
    report::sarif::uri,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

/// The rule of a check that could not run.
const COULD_NOT_RUN: &str = "could-not-run";

pub fn print(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = BTreeMap::new();
    let mut results = Vec::new();
    let mut notifications = Vec::new();
    for section in run.sections() {
        if let Err(error) = section.result {
            let notification = could_not_run(run, &section, error);
            let mut result = notification.clone();
            result["ruleId"] = json!(COULD_NOT_RUN);
            result["partialFingerprints"] = fingerprint(&section, COULD_NOT_RUN, "");
            results.push(result);
            rules.insert(COULD_NOT_RUN, could_not_run_rule());
            notifications.push(notification);
        }
        for found in section.findings() {
            let rule = rules.entry(found.finding.rule);
            raise_severity(rule.or_insert_with(|| self::rule(&section, found)), found);
            results.push(result(run, &section, found));
        }
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "jsonb-contract",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "jsonb-contract/drift/"},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": notifications.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn could_not_run(run: &Run<'_>, section: &Section<'_>, error: &str) -> Value {
    json!({
        "level": "error",
        "message": {"text": format!("{} could not run: {error}", section.name())},
        "locations": [location(run, run.line_of(section.id))],
    })
}

fn could_not_run_rule() -> Value {
    json!({
        "id": COULD_NOT_RUN,
        "shortDescription": {"text": "a drift check could not run"},
        "help": {"text": "what the check would find is not known; give it what it is missing"},
    })
}

fn result(run: &Run<'_>, section: &Section<'_>, found: &Assigned) -> Value {
    let finding = &found.finding;
    let object = finding.object.to_string();
    let mut location = location(run, run.line(section, found));
    location["logicalLocations"] =
        json!([{"fullyQualifiedName": object, "kind": finding.object.kind}]);
    let text = match &finding.hint {
        Some(hint) => format!("{} (tip: {hint})", sentence(found)),
        None => sentence(found),
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(found.risk),
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": fingerprint(section, finding.rule, &object),
        "properties": {
            "check": section.id,
            "is": finding.is,
            "should": finding.should,
            "owner": found.owner,
            "eta": found.eta,
            "risk": found.risk,
        },
    });
    if let Some(waived) = &found.waiver {
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": waiver(waived),
        }]);
    }
    result
}

fn location(run: &Run<'_>, line: Option<u64>) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(run.matrix_file)}});
    if let Some(line) = line {
        physical["region"] = json!({"startLine": line});
    }
    json!({"physicalLocation": physical})
}

/// What makes a finding the same in another run, under the name by which GitHub looks for it.
fn fingerprint(section: &Section<'_>, rule: &str, object: &str) -> Value {
    json!({"primaryLocationLineHash": format!("{}/{rule}/{object}", section.id)})
}

/// The rule of a finding; its explanation is that of the check.
fn rule(section: &Section<'_>, found: &Assigned) -> Value {
    let check = CHECKS.iter().find(|check| check.id == section.id);
    let (summary, help) = match check {
        Some(check) => (check.summary, check.explanation),
        None => (section.title, section.title),
    };
    json!({
        "id": found.finding.rule,
        "shortDescription": {"text": format!("{}: {}", section.id, found.finding.rule)},
        "fullDescription": {"text": summary},
        "help": {"text": help},
        "properties": {"tags": ["security", section.id]},
    })
}

/// The severity of a rule is that of its worst finding: GitHub has it at the rule.
fn raise_severity(rule: &mut Value, found: &Assigned) {
    let severity = &mut rule["properties"]["security-severity"];
    let own = security_severity(found.risk);
    // Digits and a point, one digit before it: their order is that of the numbers.
    if severity.as_str().is_none_or(|worst| worst < own) {
        *severity = json!(own);
    }
}

/// An unknown risk may be a high one.
fn level(risk: Option<Risk>) -> &'static str {
    match risk {
        Some(Risk::Low) => "note",
        Some(Risk::Medium) => "warning",
        None | Some(Risk::High | Risk::Critical) => "error",
    }
}

/// Within the bounds that GitHub has for low, medium, high and critical.
fn security_severity(risk: Option<Risk>) -> &'static str {
    match risk {
        Some(Risk::Low) => "2.0",
        Some(Risk::Medium) => "5.5",
        None | Some(Risk::High) => "8.0",
        Some(Risk::Critical) => "9.5",
    }
}

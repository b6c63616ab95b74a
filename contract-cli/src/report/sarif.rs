//! SARIF 2.1.0 (OASIS Standard), for code scanning.
//!
//! A violation is a result, its rule the JSON Schema keyword. What could not be read is a
//! notification of the tool, and the execution then was not successful (section 3.20).

use super::{Finding, Level, Reporter, Summary, json::Lines};
use crate::guardrail;
use contract_core::lint;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::Path,
};

/// What comes before the results; the rest of the run follows them, when it is known.
const OPENING: &str = concat!(
    r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","#,
    r#""runs":[{"columnKind":"unicodeCodePoints","results":["#
);

#[derive(Default)]
pub struct Sarif {
    results: Lines,
    rules: BTreeSet<String>,
    notifications: Vec<Value>,
}

impl Reporter for Sarif {
    fn finding(&mut self, out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()> {
        let message = json!({"text": finding.with_hint()});
        let locations = json!([location(finding)]);
        if finding.is_error() {
            self.notifications.push(json!({
                "descriptor": {"id": finding.rule},
                "level": "error",
                "message": message,
                "locations": locations,
            }));
            return Ok(());
        }
        self.rules.insert(finding.rule.clone().into_owned());
        let mut result = json!({
            "ruleId": finding.rule,
            "level": if finding.level == Level::Warning { "warning" } else { "error" },
            "message": message,
            "locations": locations,
        });
        if let Some(path) = &finding.schema_path {
            result["properties"]["schemaPath"] = json!(path);
        }
        if let Some(version) = finding.version {
            result["properties"]["version"] = json!(version);
        }
        self.results.push(out, OPENING, &result)
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        self.results.end(out, OPENING)?;
        let rules: Vec<Value> = self
            .rules
            .iter()
            .map(|rule| {
                if let Some(lint) = lint::rule(rule) {
                    return json!({
                        "id": rule,
                        "shortDescription": {"text": lint.summary()},
                        "help": {"text": lint.explanation()},
                    });
                }
                if let Some(rule) = guardrail::rule(rule) {
                    return json!({
                        "id": rule.id,
                        "shortDescription": {"text": rule.summary},
                        "help": {"text": rule.explanation},
                    });
                }
                let text = format!("the contract's rule \"{rule}\" is not satisfied");
                json!({"id": rule, "shortDescription": {"text": text}})
            })
            .collect();
        let driver = json!({
            "name": "jsonb-contract",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        let invocation = json!({
            "executionSuccessful": summary.errors == 0,
            "exitCode": summary.exit_code(),
            "toolExecutionNotifications": self.notifications,
        });
        writeln!(
            out,
            ",\n\"tool\":{{\"driver\":{driver}}},\n\"invocations\":[{invocation}]}}]}}"
        )
    }
}

fn location(finding: &Finding<'_>) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(finding.file)}});
    if let Some(position) = finding.position {
        physical["region"] = json!({"startLine": position.line, "startColumn": position.column});
    }
    let mut location = json!({"physicalLocation": physical});
    if let Some(path) = &finding.instance_path {
        location["logicalLocations"] = json!([{"fullyQualifiedName": path}]);
    }
    location
}

/// A path as a URI reference (RFC 3986): relative as it is given, or `file:`.
pub(super) fn uri(file: &Path) -> String {
    let scheme = if file.is_absolute() { "file://" } else { "" };
    let mut uri = String::from(scheme);
    for &byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.extend(format!("%{byte:02X}").chars()),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;
    use std::path::Path;

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri(Path::new("a b/é:1.json")), "a%20b/%C3%A9%3A1.json");
        assert_eq!(uri(Path::new("/a/b.json")), "file:///a/b.json");
        assert_eq!(uri(Path::new("<stdin>")), "%3Cstdin%3E");
    }
}

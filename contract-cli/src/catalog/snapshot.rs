//! A catalog as a file: JSON that git shows the differences of, line by line.

use super::{Catalog, Function, Relation};
use crate::{commands::Failure, report::printable};
use serde::Deserialize;
use std::{fs, path::Path};

const TIP: &str = "\n  tip: jsonb-contract snapshot -o FILE writes one";

/// The text of a snapshot file.
pub fn text(catalog: &Catalog) -> String {
    let mut text = serde_json::to_string_pretty(catalog).expect("a catalog is JSON");
    text.push('\n');
    text
}

/// Reads a snapshot file.
///
/// # Errors
///
/// The file cannot be read, is no snapshot or not a whole one, was written in another form than
/// [`Catalog::FORMAT`], or is not in the order in which things are looked up, as after a merge.
pub fn read(file: &Path) -> Result<Catalog, Failure> {
    let name = printable(&file.to_string_lossy()).into_owned();
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::Usage(format!("{name} cannot be read: {error}")))?;
    parse(&text).map_err(|problem| Failure::Usage(format!("{name}{problem}{TIP}")))
}

/// The catalog of a snapshot's text; else what is wrong, to follow the file's name.
fn parse(text: &str) -> Result<Catalog, String> {
    /// What every form has.
    #[derive(Deserialize)]
    struct Form {
        format: u32,
    }
    let problem = |error: &serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = message.strip_suffix(&place).unwrap_or(&message);
        format!(":{line}:{column}: is no snapshot: {}", printable(message))
    };
    let Form { format } = serde_json::from_str(text).map_err(|error| problem(&error))?;
    if format != Catalog::FORMAT {
        return Err(format!(
            " is a snapshot of format {format}, and this release reads format {}",
            Catalog::FORMAT
        ));
    }
    let catalog: Catalog = serde_json::from_str(text).map_err(|error| problem(&error))?;
    match out_of_order(&catalog) {
        Some(name) => Err(format!(
            " is no snapshot: {} is there twice, or not in the order of the names",
            printable(&name)
        )),
        None => Ok(catalog),
    }
}

/// What does not follow the one before it: look-ups by name would miss it, or find one of two.
fn out_of_order(catalog: &Catalog) -> Option<String> {
    fn signature(function: &Function) -> (&super::QualifiedName, &str) {
        (&function.name, &function.arguments)
    }
    let role = misplaced(&catalog.roles, |role| &role.name).map(|role| role.name.clone());
    let extension = misplaced(&catalog.extensions, |extension| &extension.name);
    let relation = misplaced(&catalog.relations, |relation| &relation.name);
    let data_type = misplaced(&catalog.types, |data_type| &data_type.name);
    let contract_type = misplaced(&catalog.contract_types, |contract| &contract.name);
    let function = misplaced(&catalog.functions, signature);
    misplaced(&catalog.schemas, |schema| schema)
        .cloned()
        .or(role)
        .or_else(|| extension.map(|extension| extension.name.clone()))
        .or_else(|| relation.map(|relation| relation.name.to_string()))
        .or_else(|| data_type.map(|data_type| data_type.name.to_string()))
        .or_else(|| contract_type.map(|contract| contract.name.to_string()))
        .or_else(|| function.map(|function| format!("{}({})", function.name, function.arguments)))
        .or_else(|| catalog.relations.iter().find_map(out_of_order_within))
}

fn out_of_order_within(relation: &Relation) -> Option<String> {
    let constraint = misplaced(&relation.constraints, |constraint| &constraint.name);
    let index = misplaced(&relation.indexes, |index| &index.name);
    let policy = misplaced(&relation.policies, |policy| &policy.name);
    let trigger = misplaced(&relation.triggers, |trigger| &trigger.name);
    let rule = misplaced(&relation.rules, |rule| &rule.name);
    let name = constraint.map(|constraint| &constraint.name);
    let name = name
        .or_else(|| index.map(|index| &index.name))
        .or_else(|| policy.map(|policy| &policy.name))
        .or_else(|| trigger.map(|trigger| &trigger.name))
        .or_else(|| rule.map(|rule| &rule.name))?;
    Some(format!("{name} of {}", relation.name))
}

/// The first that is not greater than the one before it.
fn misplaced<'a, T, K: Ord>(items: &'a [T], key: impl Fn(&'a T) -> K) -> Option<&'a T> {
    let pair = items
        .windows(2)
        .find(|pair| key(&pair[0]) >= key(&pair[1]))?;
    Some(&pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = r#"{
  "format": 1,
  "server_version": 15,
  "schemas": [
    "a",
    "b"
  ],
  "extensions": [],
  "roles": [],
  "relations": [],
  "types": [],
  "functions": [],
  "contract_types": []
}
"#;

    #[test]
    fn what_is_written_is_read() {
        let catalog = parse(EMPTY).expect("a snapshot");
        assert_eq!(text(&catalog), EMPTY);
    }

    #[test]
    fn what_is_no_snapshot_is_told_with_its_place() {
        for (text, problem) in [
            (
                String::new(),
                ":1:0: is no snapshot: EOF while parsing a value",
            ),
            (
                "{}".to_owned(),
                ":1:2: is no snapshot: missing field `format`",
            ),
            (
                "CREATE TABLE t ();".to_owned(),
                ":1:1: is no snapshot: expected value",
            ),
            (
                EMPTY.replace("\"format\": 1", "\"format\": 2, \"new\": []"),
                " is a snapshot of format 2, and this release reads format 1",
            ),
            (
                EMPTY[..EMPTY.len() - 3].to_owned(),
                ":13:22: is no snapshot: EOF while parsing an object",
            ),
            (
                EMPTY.replace("15", "\"15\""),
                ":3:24: is no snapshot: invalid type: string \"15\", expected u32",
            ),
            (
                EMPTY.replace("\"roles\": []", "\"roles\": [], \"roles\": []"),
                ":9:22: is no snapshot: duplicate field `roles`",
            ),
            (
                EMPTY.replace("\"roles\"", "\"rolls\""),
                ":9:9: is no snapshot: unknown field `rolls`, expected one of `format`, `server_version`, \
                 `schemas`, `schema_grants`, `extensions`, `roles`, `relations`, `types`, `functions`, `contract_types`, \
                 `replaced_functions`",
            ),
            (
                EMPTY.replace("\"b\"", "\"a\""),
                " is no snapshot: a is there twice, or not in the order of the names",
            ),
        ] {
            assert_eq!(parse(&text).expect_err(&text), problem, "{text}");
        }
    }
}

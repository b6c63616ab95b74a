//! One document against its contract: everything that is wrong with it, each with its place.

use crate::{
    documents::{Parsed, Position, Text, find_places},
    report::Finding,
    storable,
};
use contract_core::{ContractType, Values};
use std::path::Path;

/// The document, or everything that is wrong with it.
pub fn check<'f, 't>(
    contract: &ContractType,
    values: Values,
    file: &'f Path,
    text: &Text<'t>,
) -> Result<Parsed<'t>, Vec<Finding<'f>>> {
    let parsed = text.parse().map_err(|error| {
        vec![Finding {
            position: Some(error.position),
            ..Finding::error(error.rule, file, error.message)
        }]
    })?;
    let mut findings: Vec<Finding<'f>> = storable::problems(&parsed.value)
        .into_iter()
        .map(|(path, message)| Finding {
            instance_path: Some(path),
            ..Finding::new(storable::RULE, file, message)
        })
        .collect();
    if let Err(violations) = contract.validator().validate(&parsed.value, values) {
        findings.extend(violations.iter().map(|violation| Finding {
            instance_path: Some(violation.instance_path().to_owned()),
            schema_path: Some(violation.schema_path().to_owned()),
            version: violation.version(),
            ..Finding::new(
                violation.keyword().to_owned(),
                file,
                violation.message().to_owned(),
            )
        }));
    }
    if findings.is_empty() {
        return Ok(parsed);
    }
    add_positions(&mut findings, parsed.text, parsed.start);
    Err(findings)
}

/// Gives each finding the line and column of the value that its JSON Pointer names; of the document
/// where it has none.
pub fn add_positions(findings: &mut [Finding<'_>], text: &str, start: Position) {
    let path_of = |finding: &Finding<'_>| finding.instance_path.clone().unwrap_or_default();
    let paths: Vec<String> = findings.iter().map(path_of).collect();
    let wanted = paths.iter().map(String::as_str).collect();
    let places = find_places(text, start, &wanted);
    for (finding, path) in findings.iter_mut().zip(&paths) {
        finding.position = Some(places.get(path).copied().unwrap_or(start));
    }
}

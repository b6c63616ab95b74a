//! What `contract.register` and `contract.retire` ask of the core: the new definition, or why not.

use crate::{
    document::{Document, TypeName},
    language, report,
};
use contract_core::{
    ContractType, Manifest, Registry,
    definition::{self, Definition, Registration},
    lint,
    lock::content_hash,
    release::{Objection, ObjectionKind, Release},
    stored,
};
use pgrx::{JsonB, PgSqlErrorCode, iter::TableIterator, name, pg_extern};

/// The definition that registers a manifest over the one that is `registered` now (empty: none).
///
/// `source` is the manifest's text, empty where there is none but the jsonb.
#[pg_extern(strict)]
#[allow(
    clippy::type_complexity,
    reason = "the columns of a set-returning function"
)]
fn prepare_registration(
    manifest: Document,
    source: &str,
    registered: &str,
    allow_unproven: bool,
    registered_by: &str,
    registered_at: &str,
) -> TableIterator<
    'static,
    (
        name!(contract_type, String),
        name!(release, String),
        name!(change, String),
        name!(summary, String),
        name!(body, String),
        name!(accepts_otherwise, bool),
    ),
> {
    let next = read(&manifest);
    let name = next.name().to_owned();
    let previous = (!registered.is_empty()).then(|| previous(&name, registered));
    let (mut history, old_source, previous) = match previous {
        Some((definition, contract)) => (
            definition.history().to_vec(),
            definition.source().to_owned(),
            Some(contract),
        ),
        None => (Vec::new(), String::new(), None),
    };
    let release = Release::between(previous.as_ref(), &next);
    let objections: Vec<&Objection> = release
        .objections()
        .iter()
        .filter(|objection| !(allow_unproven && objection.kind() == ObjectionKind::Unproven))
        .collect();
    if !objections.is_empty() {
        report::not_registered(&name, &objections);
    }
    warn(&next);
    let is_same = previous
        .as_ref()
        .is_some_and(|previous| previous.manifest() == next.manifest());
    let source = if !source.is_empty() {
        source.to_owned()
    } else if is_same {
        old_source.clone()
    } else {
        next.manifest().to_text()
    };
    let change = match (&previous, is_same) {
        (None, _) => "new",
        (Some(_), false) => "changed",
        (Some(_), true) if source == old_source => "unchanged",
        (Some(_), true) => "reformatted",
    };
    let summary = release.summary();
    if !is_same {
        history.push(Registration {
            release: next.manifest().release.clone(),
            versions: release.added_versions().to_vec(),
            registered_by: registered_by.to_owned(),
            registered_at: registered_at.to_owned(),
            change: summary.clone(),
        });
    }
    let accepts_otherwise = previous.is_some_and(|previous| {
        previous
            .versions()
            .any(|(version, old)| next.schema(version).map(content_hash) != Some(content_hash(old)))
    });
    let manifest = next.manifest().clone();
    let release = manifest.release.to_string();
    let body = Definition::new(manifest, source, history).to_string();
    language::expect(&body);
    TableIterator::once((
        name,
        release,
        change.to_owned(),
        summary,
        body,
        accepts_otherwise,
    ))
}

/// The contract type that a manifest describes; an ERROR that says where it is wrong.
fn read(manifest: &Document) -> ContractType {
    let value = match stored::to_value(manifest.bytes()) {
        Ok(value) => value,
        Err(too_deep) => report::invalid_manifest(&[too_deep.to_string()]),
    };
    let contract = Manifest::read(&value).unwrap_or_else(|problems| report::invalid_manifest(&problems));
    if let Some(problem) = definition::name_problem(contract.name()) {
        report::invalid_manifest(&[problem]);
    }
    if let Some((path, message)) = Registry::builtin().alias_conflict(&contract) {
        report::invalid_manifest(&[format!("{path}: {message}")]);
    }
    contract
}

/// The definition that is registered now.
fn previous(name: &str, body: &str) -> (Definition, ContractType) {
    let definition = Definition::read(body)
        .unwrap_or_else(|error| report::bad_definition(name, &error.to_string()));
    let contract = definition
        .contract()
        .unwrap_or_else(|problems| report::bad_definition(name, &report::lines(&problems)));
    (definition, contract)
}

/// Says what in a manifest may not say what it seems to.
fn warn(contract: &ContractType) {
    for found in lint::lint(contract) {
        let place = format!("{}: {}", found.path(), found.message());
        report::lint(contract.name(), found.rule().id(), &place, found.hint());
    }
}

/// The definition without the versions below `below_version`.
#[pg_extern(strict)]
fn prepare_retirement(
    contract_type: TypeName,
    registered: &str,
    below_version: i32,
    registered_by: &str,
    registered_at: &str,
) -> String {
    let name = contract_type.text();
    let (definition, _) = previous(&name, registered);
    let old = definition.manifest();
    let retired = match old.retired(u32::try_from(below_version).unwrap_or(0)) {
        Ok(retired) => retired,
        Err(problem) => report::refused(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            problem.message(),
        ),
    };
    let change = format!("versions below {below_version} retired");
    let mut history = definition.history().to_vec();
    history.push(Registration {
        release: retired.release.clone(),
        versions: Vec::new(),
        registered_by: registered_by.to_owned(),
        registered_at: registered_at.to_owned(),
        change,
    });
    let source = retired.to_text();
    let body = Definition::new(retired, source, history).to_string();
    language::expect(&body);
    body
}

/// The first line of a definition: its aliases and its history; NULL for what is no definition.
#[pg_extern(immutable, strict, parallel_safe)]
fn definition_header(body: &str) -> Option<JsonB> {
    let definition = Definition::read(body).ok()?;
    let entry = |entry: &Registration| serde_json::to_value(entry).ok();
    Some(JsonB(serde_json::json!({
        "aliases": definition.manifest().aliases,
        "history": definition.history().iter().map(entry).collect::<Vec<_>>(),
    })))
}

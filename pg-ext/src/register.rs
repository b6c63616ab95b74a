//! What `contract.register` and `contract.retire` ask of the core: the new definition, or why not.

use crate::{
    document::{Document, TypeName},
    language, report,
};
use contract_core::{
    ContractType, Manifest, Registry, compat,
    definition::{self, Definition, Registration},
    lint,
    lock::content_hash,
    release::{Objection, ObjectionKind, Release},
    stored,
};
use pgrx::{JsonB, PgSqlErrorCode, iter::TableIterator, name, pg_extern, pg_sys};

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
    let written = read(&manifest, source);
    let name = written.name().to_owned();
    let previous = (!registered.is_empty()).then(|| previous(&name, registered));
    let next = comparable(written.manifest(), &name);
    let old = previous
        .as_ref()
        .map(|definition| comparable(definition.manifest(), &name));
    let release = compat::stoppable(is_cancelled, || Release::between(old.as_ref(), &next));
    pgrx::check_for_interrupts!();
    refuse(&name, &release, allow_unproven);
    warn(&written);
    let is_same = old
        .as_ref()
        .is_some_and(|old| old.manifest() == next.manifest());
    let old_source = previous.as_ref().map(Definition::source);
    let source = match (source, old_source) {
        ("", Some(old_source)) if is_same => old_source.to_owned(),
        ("", _) => written.manifest().to_text(),
        _ => source.to_owned(),
    };
    let change = match old_source {
        None => "new",
        Some(_) if !is_same => "changed",
        Some(old_source) if source == old_source => "unchanged",
        Some(_) => "reformatted",
    };
    let summary = release.summary();
    let mut history = previous.map_or_else(Vec::new, |definition| definition.history().to_vec());
    if !is_same {
        history.push(Registration {
            release: next.manifest().release.clone(),
            versions: release.added_versions().to_vec(),
            registered_by: registered_by.to_owned(),
            registered_at: registered_at.to_owned(),
            change: summary.clone(),
        });
    }
    let accepts_otherwise = old.is_some_and(|old| {
        old.versions()
            .any(|(version, old)| next.schema(version).map(content_hash) != Some(content_hash(old)))
    });
    let body = Definition::new(written.manifest().clone(), source, history).to_string();
    hand_out(&body, next.manifest());
    TableIterator::once((
        name,
        next.manifest().release.to_string(),
        change.to_owned(),
        summary,
        body,
        accepts_otherwise,
    ))
}

/// Whether the statement is to end: a comparison of schemas may take longer than somebody waits.
fn is_cancelled() -> bool {
    // SAFETY: two flags that signal handlers of this process set; they are read as they may change.
    unsafe {
        (&raw const pg_sys::QueryCancelPending).read_volatile() != 0
            || (&raw const pg_sys::ProcDiePending).read_volatile() != 0
    }
}

/// The contract type that a manifest describes; an ERROR that says where it is wrong.
fn read(manifest: &Document, source: &str) -> ContractType {
    let invalid = |problem: String| -> ! { report::invalid_manifest(&[problem]) };
    if manifest.bytes().len().max(source.len()) > definition::LARGEST_MANIFEST {
        invalid(format!(
            "is larger than {} bytes",
            definition::LARGEST_MANIFEST
        ));
    }
    let value = match stored::to_value(manifest.bytes()) {
        Ok(value) => value,
        Err(too_deep) => invalid(too_deep.to_string()),
    };
    let contract = match source {
        "" => Manifest::read(&value),
        source => Manifest::read_text(source),
    };
    let contract = contract.unwrap_or_else(|problems| report::invalid_manifest(&problems));
    if let Some(problem) = definition::name_problem(contract.name()) {
        report::invalid_manifest(&[problem]);
    }
    if let Some((path, message)) = Registry::builtin().alias_conflict(&contract) {
        invalid(format!("{path}: {message}"));
    }
    contract
}

/// The definition that is registered now.
fn previous(name: &str, body: &str) -> Definition {
    Definition::read(body).unwrap_or_else(|error| report::bad_definition(name, &error.to_string()))
}

/// The contract type in the form in which two are compared: that 1.0 was written as 1 is no change.
fn comparable(manifest: &Manifest, name: &str) -> ContractType {
    Definition::new(manifest.with_plain_numbers(), String::new(), Vec::new())
        .contract()
        .unwrap_or_else(|problems| report::bad_definition(name, &report::lines(&problems)))
}

/// An ERROR with what stands against a release, if anything does.
fn refuse(name: &str, release: &Release, allow_unproven: bool) {
    let objections: Vec<&Objection> = release
        .objections()
        .iter()
        .filter(|objection| !(allow_unproven && objection.kind() == ObjectionKind::Unproven))
        .collect();
    if !objections.is_empty() {
        report::not_registered(name, &objections);
    }
}

/// Lets the function with this body be made, once the body has been read back as what it is to be.
fn hand_out(body: &str, manifest: &Manifest) {
    let problem = match Definition::read(body) {
        Ok(read) if read.manifest().with_plain_numbers() == *manifest => {
            return language::expect(body);
        }
        Ok(_) => "is read back as another manifest".to_owned(),
        Err(error) => format!("cannot be read back: {error}"),
    };
    report::invalid_manifest(&[problem])
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
    let definition = previous(&name, registered);
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
    let plain = retired.with_plain_numbers();
    let body = Definition::new(retired, source, history).to_string();
    hand_out(&body, &plain);
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

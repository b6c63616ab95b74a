//! Errors of the core as Postgres reports them: SQLSTATE, message, DETAIL, HINT.

use crate::registered;
use contract_core::{
    ContractType, Registry, SchemaError, UnknownContractType, Violations, WriteRefused, name,
    plan::Unreadable,
    release::{Objection, ObjectionKind},
};
use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys, pg_sys::panic::ErrorReport};
use std::ops::RangeInclusive;

/// Most violations that a DETAIL lists; a log line has an end.
const MOST_LISTED: usize = 1000;

fn raise(report: ErrorReport) -> ! {
    report.report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}

/// The violations as a DETAIL, a line each.
fn listed(violations: &Violations) -> String {
    let mut detail: Vec<String> = violations
        .iter()
        .take(MOST_LISTED)
        .map(|violation| clipped(violation.to_string()))
        .collect();
    if !violations.is_complete() {
        detail.push("and many more".to_owned());
    } else if violations.len() > MOST_LISTED {
        detail.push(format!("and {} more", violations.len() - MOST_LISTED));
    }
    detail.join("\n")
}

/// A line of a DETAIL, no longer than anybody reads; a key can have megabytes.
fn clipped(mut line: String) -> String {
    const LONGEST: usize = 1000;
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push_str("...");
    }
    line
}

/// 23514: the document violates its contract.
pub fn violated(contract_type: &str, violations: &Violations) -> ! {
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_CHECK_VIOLATION,
            format!("document violates contract type \"{contract_type}\""),
            "contract.check",
        )
        .set_detail(listed(violations))
        .set_hint(format!(
            "Correct the document; contract.errors('{contract_type}', document) returns the \
             violations as rows, contract.schema('{contract_type}', version) what is allowed."
        )),
    )
}

/// XX001: what is stored is no jsonb; 54001: it is nested too deep.
pub fn unreadable(unreadable: Unreadable) -> ! {
    let code = match unreadable {
        Unreadable::TooDeep => PgSqlErrorCode::ERRCODE_STATEMENT_TOO_COMPLEX,
        _ => PgSqlErrorCode::ERRCODE_DATA_CORRUPTED,
    };
    let message = format!("document {unreadable}");
    raise(ErrorReport::new(code, message, "contract.is_valid"))
}

/// 42704: no contract type of that name, built in or registered.
pub fn unknown_contract_type(wanted: &str) -> ! {
    let registered = registered::names();
    let builtin = Registry::builtin().iter().map(ContractType::name);
    let nearest = name::nearest(wanted, builtin.chain(registered.iter().map(String::as_str)));
    let of = registered::aliases()
        .into_iter()
        .find_map(|(alias, of)| (alias == wanted).then_some(of));
    let hint = match (of, nearest.as_slice()) {
        (Some(of), _) => format!("It is an alias of {of}."),
        (None, []) => "SELECT name FROM contract.types() lists the contract types.".to_owned(),
        (None, nearest) => format!("Perhaps you mean \"{}\".", nearest.join("\" or \"")),
    };
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            UnknownContractType::new(wanted).to_string(),
            "contract",
        )
        .set_hint(hint),
    )
}

/// 0A000: a registered contract type where only a built-in one can be named.
pub fn registered_not_built_in(name: &str) -> ! {
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            format!("contract type \"{name}\" is registered in this database, not built in"),
            "contract",
        )
        .set_detail("A constraint must name the function that it depends on, so that it is dumped and restored after it.")
        .set_hint(format!(
            "Call contracts.{name}(document), or contracts.{name}_is_valid(document) for a silent verdict; \
             for a write floor, AND contract.schema_version(document) >= floor."
        )),
    )
}

/// 42809: a function that is no contract type.
pub fn no_contract_function(function: pg_sys::Oid) -> ! {
    raise(ErrorReport::new(
        PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
        format!(
            "function with OID {} is no contract type",
            function.to_u32()
        ),
        "contract",
    ))
}

/// 42P13: the body of a function is no definition of a contract type.
pub fn bad_definition(function: &str, problem: &str) -> ! {
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_INVALID_FUNCTION_DEFINITION,
            format!(
                "the body of function contracts.{function} is no definition of a contract type"
            ),
            "contract",
        )
        .set_detail(problem.to_owned())
        .set_hint("contract.register(manifest) makes it."),
    )
}

/// 22023: a manifest that is none.
pub fn invalid_manifest(problems: &[impl ToString]) -> ! {
    let placed: Vec<String> = problems
        .iter()
        .map(|problem| match problem.to_string() {
            problem if problem.starts_with('/') => problem,
            of_the_whole => format!("manifest: {of_the_whole}"),
        })
        .collect();
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            "manifest is not valid",
            "contract.register",
        )
        .set_detail(lines(&placed))
        .set_hint(
            "Correct the manifest; contract.manifest('case_metadata') shows one that is valid.",
        ),
    )
}

/// 42P17: a contract type that may not be registered like this.
pub fn not_registered(contract_type: &str, objections: &[&Objection]) -> ! {
    let told = |objection: &&Objection| {
        let line = format!("{}: {}", objection.path(), objection.message());
        match objection.detail() {
            Some(detail) => format!("{line}\n{detail}"),
            None => line,
        }
    };
    let report = ErrorReport::new(
        PgSqlErrorCode::ERRCODE_INVALID_OBJECT_DEFINITION,
        format!("contract type \"{contract_type}\" may not be registered like this"),
        "contract.register",
    )
    .set_detail(lines(&objections.iter().map(told).collect::<Vec<_>>()));
    let mut hints: Vec<String> = objections
        .iter()
        .filter_map(|objection| match objection.kind() {
            ObjectionKind::Unproven => Some(format!(
                "{}: contract.register(manifest, allow_unproven => true)",
                objection.hint()?
            )),
            _ => objection.hint().map(str::to_owned),
        })
        .collect();
    hints.dedup();
    raise(if hints.is_empty() {
        report
    } else {
        report.set_hint(lines(&hints))
    })
}

/// An ERROR in one sentence.
pub fn refused(code: PgSqlErrorCode, message: &str) -> ! {
    raise(ErrorReport::new(code, message.to_owned(), "contract"))
}

/// A WARNING: a schema that may not say what it seems to.
pub fn lint(contract_type: &str, rule: &str, place: &str, hint: Option<&str>) {
    let report = ErrorReport::new(
        PgSqlErrorCode::ERRCODE_WARNING,
        format!(
            "contract type \"{contract_type}\": {} ({rule})",
            clipped(place.to_owned())
        ),
        "contract.register",
    );
    match hint {
        Some(hint) => report.set_hint(hint.to_owned()),
        None => report,
    }
    .report(PgLogLevel::WARNING);
}

/// Problems as a DETAIL, a line each.
pub fn lines(problems: &[impl ToString]) -> String {
    let mut lines: Vec<String> = problems
        .iter()
        .take(MOST_LISTED)
        .map(|problem| clipped(problem.to_string()))
        .collect();
    if problems.len() > MOST_LISTED {
        lines.push(format!("and {} more", problems.len() - MOST_LISTED));
    }
    lines.join("\n")
}

/// 22023: a version that the contract type does not have.
pub fn unknown_version(contract_type: &str, version: i32, readable: &RangeInclusive<u32>) -> ! {
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            format!("version {version} of contract type \"{contract_type}\" is not known"),
            "contract",
        )
        .set_hint(match (readable.start(), readable.end()) {
            (low, high) if low == high => format!("Known is version {low}."),
            (low, high) => format!("Known are versions {low} to {high}."),
        }),
    )
}

/// A write that the guard refuses.
pub struct Write<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub contract_type: &'a str,
    pub version: Option<i64>,
    pub previous: Option<i64>,
    pub floor: u32,
    pub refused: WriteRefused,
}

/// 23514: a version goes down, or is below the write floor.
pub fn write_refused(write: &Write<'_>) -> ! {
    let shown = |version: Option<i64>| {
        version.map_or_else(|| "none".to_owned(), |version| version.to_string())
    };
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_CHECK_VIOLATION,
            format!(
                "document in column \"{}\" of relation \"{}\" may not be written: {}",
                write.column, write.table, write.refused
            ),
            "contract.guard",
        )
        .set_detail(format!(
            "Contract type {}: version of the new document {}, of the stored one {}, write floor {}.",
            write.contract_type,
            shown(write.version),
            shown(write.previous),
            write.floor
        ))
        .set_hint(format!(
            "Write the newest version: contract.upgrade('{}', document) makes it from an older one.",
            write.contract_type
        )),
    )
}

/// 23514: the document cannot be upgraded.
pub fn not_upgraded(message: &str, violations: Option<&Violations>) -> ! {
    let report = ErrorReport::new(
        PgSqlErrorCode::ERRCODE_CHECK_VIOLATION,
        message.to_owned(),
        "contract.upgrade",
    );
    raise(match violations {
        Some(violations) => report.set_detail(listed(violations)),
        None => report,
    })
}

/// 22023: a schema that is no JSON Schema, or not one that can be used here.
pub fn invalid_schema(error: &SchemaError) -> ! {
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            "schema is not a JSON Schema that can be used",
            "contract.matches_schema",
        )
        .set_detail(error.to_string()),
    )
}

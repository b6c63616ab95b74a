//! Errors of the core as Postgres reports them: SQLSTATE, message, DETAIL, HINT.

use contract_core::{SchemaError, UnknownContractType, Violations};
use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys::panic::ErrorReport};

/// Most violations that a DETAIL lists; a log line has an end.
const MOST_LISTED: usize = 1000;

fn raise(report: ErrorReport) -> ! {
    report.report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}

/// 23514: the document violates its contract.
pub fn violated(contract_type: &str, violations: &Violations) -> ! {
    let mut detail: Vec<String> = violations
        .iter()
        .take(MOST_LISTED)
        .map(ToString::to_string)
        .collect();
    if violations.len() > MOST_LISTED {
        detail.push(format!("and {} more", violations.len() - MOST_LISTED));
    }
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_CHECK_VIOLATION,
            format!("document violates contract type \"{contract_type}\""),
            "contract.check",
        )
        .set_detail(detail.join("\n"))
        .set_hint(format!(
            "Correct the document; contract.errors('{contract_type}', document) returns the \
             violations as rows, contract.schema('{contract_type}', version) what is allowed."
        )),
    )
}

/// 42704: no contract type of that name.
pub fn unknown_contract_type(unknown: &UnknownContractType) -> ! {
    let hint = match unknown.nearest() {
        [] => "SELECT name FROM contract.types() lists the contract types.".to_owned(),
        nearest => format!("Perhaps you mean \"{}\".", nearest.join("\" or \"")),
    };
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            unknown.to_string(),
            "contract",
        )
        .set_hint(hint),
    )
}

/// 22023: a version that the contract type does not have.
pub fn unknown_version(contract_type: &str, version: i32, readable: &str) -> ! {
    raise(
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            format!("version {version} of contract type \"{contract_type}\" is not known"),
            "contract.schema",
        )
        .set_hint(format!("Known are {readable}.")),
    )
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

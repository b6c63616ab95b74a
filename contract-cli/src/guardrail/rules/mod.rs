//! What can be wrong with a matrix: the rules, by what they are about.
//!
//! A rule speaks only where a sentence of the document itself, another cell of it, the contract types or a
//! linked file says otherwise. One finding a place.

mod authority;
mod claims;
mod columns;
mod contract_rows;
mod contracts;
mod deprecations;
mod drift_checks;
mod guarantees;
mod indexes;
mod links;
mod promotions;
mod reading;
mod references;
mod row_security;
mod scopes;

use super::document::{Document, Surroundings};
use crate::report::Level;
use std::{fmt, ops::Range};

/// Something that can be wrong.
pub struct Rule {
    pub id: &'static str,
    pub level: Level,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Why that is wrong, and what to do.
    pub explanation: &'static str,
    pub(super) check: fn(&Document<'_>, &Surroundings<'_>) -> Vec<Found>,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// What a rule found, and where.
#[derive(Clone, Debug)]
pub struct Found {
    pub span: Range<usize>,
    pub message: String,
    pub hint: Option<String>,
}

impl Found {
    pub fn new(span: Range<usize>, message: String) -> Self {
        Self {
            span,
            message,
            hint: None,
        }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// All rules, by what they are about.
pub const RULES: &[Rule] = &[
    reading::UNREADABLE,
    reading::MIS_DECODED,
    reading::DELIMITER_ROW,
    reading::BAR_IN_CODE,
    reading::SHORT_ROW,
    reading::UNKNOWN_COLUMN,
    reading::DOUBLED_SYMBOL,
    guarantees::MISSING_SECTION,
    guarantees::MISSING_FIELD,
    guarantees::MISSING_VALUE,
    guarantees::FIELD_NAME,
    guarantees::DUPLICATE_ROW,
    guarantees::OWNER_SPELLING,
    scopes::SCOPE_WITH_NOTE,
    scopes::DERIVED_SCOPE_WITHOUT_PROOF,
    scopes::PROOF_WITHOUT_EXISTS,
    scopes::PROOF_TARGET,
    scopes::UNDEFINED_SCOPE,
    scopes::BROKEN_SCOPE_PATH,
    scopes::SCOPE_COLUMN_NOT_CORE,
    scopes::SCOPE_DIFFERS,
    scopes::NOTES_CONTRADICT_SCOPE,
    columns::CORE_COLUMNS_INCOMPLETE,
    columns::UNKNOWN_IMMUTABLE_COLUMN,
    columns::ROLE_CONTRADICTS_DEFINITION,
    columns::APPEND_ONLY_CONTRADICTED,
    contracts::CONTRACT_PER_COLUMN,
    contracts::UNREGISTERED_CONTRACT_TYPE,
    contracts::COLUMN_NOT_IN_REGISTRY,
    contracts::REGISTRY_COLUMN_NOT_IN_TABLE,
    contract_rows::VERSION_RANGE,
    contract_rows::CANONICAL_ID_VERSION,
    contract_rows::MISSING_MIGRATION_NOTE,
    contract_rows::MISSING_WRITE_FLOOR,
    contract_rows::MISSING_HEADER_KEY,
    contract_rows::KEY_NOT_ALLOWED,
    contracts::UNKNOWN_CONTRACT_TYPE,
    contracts::DIFFERS_FROM_MANIFEST,
    contracts::COMPLIANT_WITHOUT_CHECK,
    contract_rows::SHARED_VALIDATOR,
    contracts::MISSING_VALIDATOR,
    indexes::INDEX_REQUIREMENT_INCOMPLETE,
    indexes::INDEX_REQUIREMENT_VAGUE,
    indexes::INDEX_ON_UNLISTED_COLUMN,
    indexes::GIN_WITHOUT_JUSTIFICATION,
    indexes::GIN_JUSTIFIED_BY_A_PLAN,
    indexes::JUSTIFICATION_WITHOUT_EVIDENCE,
    indexes::JUSTIFICATION_WITHOUT_GIN,
    indexes::BLANKET_GIN,
    promotions::CANDIDATE_NOT_ALLOWED,
    promotions::CANDIDATE_ALREADY_PROMOTED,
    promotions::CANDIDATE_WITH_CONDITION,
    promotions::CANDIDATE_IN_ARRAY,
    promotions::PROMOTED_KEY_INDEXED,
    promotions::PROMOTION_SOURCE,
    promotions::PROMOTION_PHASES,
    promotions::PROMOTED_COLUMN_NOT_CORE,
    promotions::PROMOTION_TO_JSONB,
    promotions::UNKNOWN_PROMOTION,
    row_security::TABLE_WITHOUT_ROW_SECURITY,
    row_security::UNKNOWN_TABLE,
    row_security::POLICY_NOT_LISTED,
    row_security::ROW_SECURITY_OFF,
    row_security::BYPASS_WITHOUT_ROLE,
    row_security::SUMMARY_COUNT,
    authority::AUTHORITY_CONTRADICTS,
    claims::CLAIM_BEYOND_LEVEL,
    claims::LEVEL_NOT_ENFORCED,
    claims::CLAIM_NOT_ENFORCED,
    claims::STATUS_CONTRADICTS_ITSELF,
    drift_checks::BLOCK_WITHOUT_CHECK,
    drift_checks::MISSING_CHECK,
    drift_checks::UNKNOWN_CHECK,
    drift_checks::ARTIFACT_DIFFERS,
    deprecations::SUNSET_TOO_EARLY,
    deprecations::DEPRECATED_COLUMN_NOT_CORE,
    deprecations::DEPRECATION_IN_ROWS,
    links::BROKEN_LINK,
    links::INCOMPLETE_CONTENTS,
    links::FILE_WITH_TWO_PATHS,
    links::DATES_DIFFER,
    links::REVIEW_OVERDUE,
];

/// The rule of that name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

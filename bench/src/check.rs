//! The checks that are compared: each an SQL expression over the column `document`.

use serde_json::{Value, json};

/// The contract type that is measured.
pub const BUILT_IN: &str = "case_metadata";
/// The same contract, registered in the database. A name as long as the other: the documents of both have the same size.
pub const REGISTERED: &str = "case_document";

/// A check, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Nothing is checked.
    Nothing,
    /// A glance at the document by a function of Postgres itself.
    TypeOf,
    /// The contract, silently.
    Contract,
    /// The contract, with an error that explains.
    Explaining,
    /// The same contract, registered in the database.
    Registered,
    /// SQL written by hand for the three header keys.
    HeaderSql,
    /// SQL written by hand for what the contract says of the document.
    FullSql,
    /// The same rules as one JSON Schema, through the general validator of the extension.
    General,
}

impl Check {
    /// What is compared where documents are written.
    pub const WRITTEN: &'static [Self] = &[
        Self::Nothing,
        Self::TypeOf,
        Self::Contract,
        Self::Registered,
        Self::HeaderSql,
        Self::FullSql,
        Self::General,
    ];

    /// The name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "no check",
            Self::TypeOf => "jsonb_typeof",
            Self::Contract => "contract",
            Self::Explaining => "contract.check",
            Self::Registered => "registered contract",
            Self::HeaderSql => "header SQL",
            Self::FullSql => "full SQL",
            Self::General => "general validator",
        }
    }

    /// The name in SQL, for tables.
    pub fn identifier(self) -> String {
        self.name().replace([' ', '.'], "_").to_lowercase()
    }

    /// The table that has documents for it.
    pub fn source(self) -> &'static str {
        match self {
            Self::Registered => "registered_documents",
            _ => "documents",
        }
    }

    /// The condition; for no check, one that only looks whether the column is NULL.
    pub fn condition(self, general: &GeneralSchema) -> String {
        match self {
            Self::Nothing => "document IS NOT NULL".to_owned(),
            Self::TypeOf => "jsonb_typeof(document) = 'object'".to_owned(),
            Self::Contract => format!("contract.is_valid('{BUILT_IN}', document)"),
            Self::Explaining => format!("contract.check('{BUILT_IN}', document)"),
            Self::Registered => format!("contracts.{REGISTERED}(document)"),
            Self::HeaderSql => HEADER_SQL.to_owned(),
            Self::FullSql => format!("{HEADER_SQL} AND {BODY_SQL}"),
            Self::General => matches(&general.0, "document"),
        }
    }

    /// The constraint of a column; none for no check.
    pub fn constraint(self, general: &GeneralSchema) -> String {
        match self {
            Self::Nothing => String::new(),
            _ => format!("CHECK ({})", self.condition(general)),
        }
    }
}

/// What careful people write today at the least: the header keys, and what two of them hold.
const HEADER_SQL: &str = "jsonb_typeof(document) = 'object' \
    AND document ?& ARRAY['_schema_version', '_context', 'type'] \
    AND document ->> 'type' = 'case_metadata' \
    AND (document ->> '_schema_version')::int BETWEEN 1 AND 2";

/// And the rest: the context, enumerations, a closed set of keys, an object of custom fields.
const BODY_SQL: &str = "jsonb_typeof(document -> '_context') = 'object' \
    AND document -> '_context' ?& ARRAY['created_by', 'created_at', 'source'] \
    AND document ->> 'priority' IN ('low', 'medium', 'high', 'critical') \
    AND ((document ->> 'escalation_level')::int BETWEEN 0 AND 5) IS NOT FALSE \
    AND document - ARRAY['_schema_version', '_context', 'type', 'priority', 'escalation_level', 'custom_fields'] = '{}' \
    AND jsonb_typeof(document -> 'custom_fields') = 'object'";

/// One JSON Schema that says of a document what the contract says.
///
/// `contract.matches_schema` knows no envelope, and asking for each version's schema by `oneOf` would make it work twice. So
/// this is the schema of version 2, for both versions: it allows what version 1 has, and takes one walk.
pub struct GeneralSchema(Value);

impl GeneralSchema {
    /// From the schema of version 2 as the extension has it.
    pub fn new(mut version_2: Value) -> Self {
        version_2["properties"]["_schema_version"] = json!({"enum": [1, 2]});
        Self(version_2)
    }
}

/// The condition that an SQL expression matches a schema, for the general validator.
///
/// A schema of draft 2020-12 may have a quicker way than the general validator, as a contract has. One of an older
/// draft has not, and says the same with these keywords.
pub fn matches(schema: &Value, document: &str) -> String {
    let mut schema = schema.clone();
    schema["$schema"] = json!("https://json-schema.org/draft/2019-09/schema");
    let schema = schema.to_string().replace('\'', "''");
    format!("contract.matches_schema('{schema}', {document})")
}

//! Section B: the contract types.

use super::{Column, Kind, Presence, Reader};
use crate::guardrail::{model::Contract, value};

pub static KIND: Kind = Kind {
    title: "B) Contract types",
    identified_by: &["canonical_contract_id", "used_in", "allowed_keys"],
    columns: COLUMNS,
};

const COLUMNS: &[Column] = &[
    Column {
        field: "contract_type",
        names: &["Contract Type"],
        presence: Presence::Key,
        explanation: "the name, as in the key `type` of a document",
    },
    Column {
        field: "canonical_contract_id",
        names: &["Canonical Contract ID", "Canonical ID"],
        presence: Presence::Guaranteed,
        explanation: "the id under which it is known outside; its version is the highest: `CONTRACT-CASE-METADATA-V2`",
    },
    Column {
        field: "used_in",
        names: &["Used In"],
        presence: Presence::Optional,
        explanation: "the columns that hold it: `nexus_cases.metadata`",
    },
    Column {
        field: "min_version",
        names: &["Min Version", "Min Ver"],
        presence: Presence::Guaranteed,
        explanation: "the lowest version that may be stored and read",
    },
    Column {
        field: "max_version",
        names: &["Max Version", "Max Ver"],
        presence: Presence::Guaranteed,
        explanation: "the highest",
    },
    Column {
        field: "validator_ref",
        names: &["Validator Ref"],
        presence: Presence::Guaranteed,
        explanation: "where its schema is: `contracts/case_metadata.json`",
    },
    Column {
        field: "required_keys",
        names: &["Required Keys"],
        presence: Presence::Optional,
        explanation: "keys that every document has, those of the envelope too",
    },
    Column {
        field: "allowed_keys",
        names: &["Allowed Keys"],
        presence: Presence::Optional,
        explanation: "keys that a document may have, with the version that brought one in parentheses: `priority` (v1); or Any",
    },
    Column {
        field: "check_constraint",
        names: &["CHECK Constraint"],
        presence: Presence::Optional,
        explanation: "Yes or No: whether its columns have a CHECK",
    },
    Column {
        field: "index_keys",
        names: &["Index Keys Allowed", "Index Keys"],
        presence: Presence::Optional,
        explanation: "keys that may be indexed, with the kind of index: `priority` (expression index)",
    },
    Column {
        field: "write_floor",
        names: &["Write Floor"],
        presence: Presence::Optional,
        explanation: "the lowest version that may still be written",
    },
    Column {
        field: "migration_notes",
        names: &["Migration Notes"],
        presence: Presence::Optional,
        explanation: "what changed from version to version: v1→v2: escalation_level added",
    },
    Column {
        field: "owner",
        names: &["Owner"],
        presence: Presence::Optional,
        explanation: "who answers for it",
    },
    Column {
        field: "status",
        names: &["Status"],
        presence: Presence::Optional,
        explanation: "as for tables",
    },
];

pub fn row(reader: &mut Reader<'_, '_>) -> Option<Contract> {
    Some(Contract {
        line: reader.line,
        contract_type: reader.key("contract_type", |text| Ok(value::text(text)))?,
        canonical_contract_id: reader.text("canonical_contract_id"),
        used_in: reader.each("used_in", |item| value::column_name(&item.value)),
        min_version: reader.value("min_version", value::version),
        max_version: reader.value("max_version", value::version),
        validator_ref: reader.text("validator_ref"),
        required_keys: reader.list("required_keys"),
        allowed_keys: value::keys(reader.raw("allowed_keys")),
        check_constraint: reader.value("check_constraint", value::yes_or_no),
        index_keys: reader.list("index_keys"),
        write_floor: reader.value("write_floor", value::version),
        migration_notes: reader.text("migration_notes"),
        owner: reader.text("owner"),
        status: reader.value("status", value::status),
    })
}

//! Typed documents: every built-in type to JSON and back, envelope and exact numbers included.

#[path = "support/generate.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod generate;

use contract_core::{
    Context, Document, Registry,
    builtin::*,
    document::{Body, ParseError},
    json::cmp,
};
use serde_json::{Value, json};

/// Valid documents of `B` parse, and serialise to what they were.
fn round_trip<B: Body + PartialEq + std::fmt::Debug>() {
    let contract = Registry::builtin()
        .get(B::CONTRACT_TYPE)
        .expect("a built-in contract type");
    let schema = contract.schema(B::VERSION).expect("a version of it");
    generate::for_all(32, &generate::document(schema), |value| {
        let document = Document::<B>::parse(value.clone()).expect("a valid document parses");
        let written = serde_json::to_value(&document).expect("a document is JSON");
        // Equal as JSON: serde reads -0 as 0, and jsonb stores it so.
        assert!(cmp::equal(&written, &value), "{written} {value}");
        let text = serde_json::to_string(&document).expect("a document is JSON");
        assert_eq!(
            serde_json::from_str::<Document<B>>(&text).expect("its own text"),
            document
        );
    });
}

#[test]
fn every_version_of_every_type_goes_there_and_back() {
    round_trip::<ActivityMetadata>();
    round_trip::<AuditNewData>();
    round_trip::<AuditOldData>();
    round_trip::<CaseMetadata>();
    round_trip::<CaseMetadataV1>();
    round_trip::<ChecklistMetadata>();
    round_trip::<EvidenceMetadata>();
    round_trip::<InvoiceLineItems>();
    round_trip::<InvoiceMetadata>();
    round_trip::<MessageMetadata>();
    round_trip::<NotificationConfigMetadata>();
    round_trip::<NotificationDeliveryAttempts>();
    round_trip::<NotificationMetadata>();
    round_trip::<PaymentMetadata>();
    round_trip::<RelationshipMetadata>();
    round_trip::<ScheduleMetadata>();
    round_trip::<SessionData>();
    round_trip::<TenantMetadata>();
    round_trip::<TenantSettings>();
    round_trip::<UserNotifPrefsMetadata>();
    round_trip::<UserPreferences>();
}

fn case(version: u32) -> Value {
    json!({
        "_schema_version": version,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": "case_metadata",
        "priority": "high",
    })
}

#[test]
fn a_document_of_another_version_or_type_does_not_parse() {
    let error = Document::<CaseMetadata>::parse(case(1)).expect_err("version 1");
    assert_eq!(
        error.to_string(),
        "the document is not version 2 of case_metadata"
    );
    assert!(Document::<CaseMetadataV1>::parse(case(1)).is_ok());

    let error = Document::<SessionData>::parse(case(1)).expect_err("another type");
    assert!(matches!(error, ParseError::Invalid(_)), "{error}");
}

#[test]
fn an_invalid_document_does_not_parse_and_says_why() {
    let mut document = case(2);
    document["custom_fields"] = json!(null);
    let error = Document::<CaseMetadata>::parse(document).expect_err("null is no object");
    assert_eq!(
        error.to_string(),
        "/custom_fields: must be of type object, not null (version 2)"
    );
}

#[test]
fn a_body_cannot_bring_its_own_envelope() {
    let columns = json!({"type": "x"}).as_object().expect("an object").clone();
    let document = Document::new(
        Context::new("a", "2025-01-22T10:00:00Z"),
        AuditOldData { columns },
    );
    let error = serde_json::to_value(&document).expect_err("the key is the envelope's");
    assert_eq!(
        error.to_string(),
        "the body has the key \"type\", which is the envelope's"
    );
}

#[test]
fn null_is_a_value_where_any_value_is_allowed() {
    let mut document = case(2);
    document["priority"] = json!(null);
    let parsed = Document::<CaseMetadata>::parse(document.clone()).expect("valid");
    assert_eq!(parsed.body.priority, Some(Value::Null));
    assert_eq!(serde_json::to_value(&parsed).expect("JSON"), document);
}

#[test]
fn what_an_application_builds_is_valid() {
    let document = Document::new(
        Context::new("importer", "2025-01-22T10:00:00Z"),
        CaseMetadata {
            escalation_level: Some(json!(3)),
            ..CaseMetadata::default()
        },
    );
    let value = serde_json::to_value(&document).expect("JSON");
    let contract = Registry::builtin().get("case_metadata").expect("built in");
    assert_eq!(contract.validate(&value), Ok(()));
}

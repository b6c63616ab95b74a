//! The built-in contract types say what the guardrail matrix, section B, says.

use contract_core::{ContractType, Registry, manifest::IndexMethod};
use serde_json::{Value, json};

/// Name, canonical id, columns, allowed keys of the newest version, required keys, open to any key.
type Row = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    bool,
);

#[rustfmt::skip]
const MATRIX: [Row; 20] = [
    ("tenant_settings", "CONTRACT-TENANT-SETTINGS-V1", &["nexus_tenants.settings"], &["feature_flags", "ui_preferences", "plan_config"], &[], false),
    ("tenant_metadata", "CONTRACT-TENANT-METADATA-V1", &["nexus_tenants.metadata"], &["custom_fields", "integration_data"], &[], false),
    ("user_preferences", "CONTRACT-USER-PREFS-V1", &["nexus_users.preferences"], &["ui", "notifications", "limits"], &[], false),
    ("case_metadata", "CONTRACT-CASE-METADATA-V2", &["nexus_cases.metadata"], &["priority", "escalation_level", "custom_fields"], &[], false),
    ("message_metadata", "CONTRACT-MESSAGE-METADATA-V1", &["nexus_case_messages.metadata"], &["channel", "whatsapp", "email", "thread_id"], &[], false),
    ("evidence_metadata", "CONTRACT-EVIDENCE-METADATA-V1", &["nexus_case_evidence.metadata"], &["verification_status", "ocr_data", "tags"], &[], false),
    ("checklist_metadata", "CONTRACT-CHECKLIST-METADATA-V1", &["nexus_case_checklist.metadata"], &["custom_fields", "notes"], &[], false),
    ("activity_metadata", "CONTRACT-ACTIVITY-METADATA-V1", &["nexus_case_activity.metadata", "nexus_payment_activity.metadata"], &["system_data", "ui_state"], &[], false),
    ("invoice_line_items", "CONTRACT-INVOICE-LINE-ITEMS-V1", &["nexus_invoices.line_items"], &["items"], &["items"], false),
    ("invoice_metadata", "CONTRACT-INVOICE-METADATA-V1", &["nexus_invoices.metadata"], &["custom_fields", "integration_data"], &[], false),
    ("payment_metadata", "CONTRACT-PAYMENT-METADATA-V1", &["nexus_payments.metadata"], &["bank_details", "reconciliation_data"], &[], false),
    ("schedule_metadata", "CONTRACT-SCHEDULE-METADATA-V1", &["nexus_payment_schedule.metadata"], &["custom_fields"], &[], false),
    ("notification_delivery_attempts", "CONTRACT-NOTIF-DELIVERY-V1", &["nexus_notifications.delivery_attempts"], &["attempts"], &["attempts"], false),
    ("notification_metadata", "CONTRACT-NOTIF-METADATA-V1", &["nexus_notifications.metadata"], &["custom_fields", "ui_state"], &[], false),
    ("notification_config_metadata", "CONTRACT-NOTIF-CONFIG-V1", &["nexus_notification_config.metadata"], &["custom_settings"], &[], false),
    ("user_notif_prefs_metadata", "CONTRACT-USER-NOTIF-PREFS-V1", &["nexus_user_notification_prefs.metadata"], &["custom_preferences"], &[], false),
    ("session_data", "CONTRACT-SESSION-DATA-V1", &["nexus_sessions.data"], &["session_state", "ui_state"], &[], false),
    ("relationship_metadata", "CONTRACT-RELATIONSHIP-METADATA-V1", &["nexus_tenant_relationships.metadata"], &["contract_terms", "custom_fields"], &[], false),
    ("audit_old_data", "CONTRACT-AUDIT-OLD-V1", &["nexus_audit_log.old_data"], &[], &[], true),
    ("audit_new_data", "CONTRACT-AUDIT-NEW-V1", &["nexus_audit_log.new_data"], &[], &[], true),
];

/// Keys that hold one value or a list, by their names and by how the source uses them.
const ANY_VALUE: [&str; 7] = [
    "priority",
    "escalation_level",
    "channel",
    "thread_id",
    "verification_status",
    "tags",
    "notes",
];

fn contract(name: &str) -> &'static ContractType {
    Registry::builtin()
        .get(name)
        .expect("a built-in contract type")
}

/// The smallest document of a version: the envelope and the required keys.
fn smallest(name: &str, version: u32, required: &[&str]) -> Value {
    let mut document = json!({
        "_schema_version": version,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": name,
    });
    for key in required {
        document[*key] = json!([]);
    }
    document
}

#[test]
fn facts_are_those_of_the_matrix() {
    let mut names: Vec<&str> = MATRIX.iter().map(|row| row.0).collect();
    names.sort_unstable();
    let registered: Vec<&str> = Registry::builtin().iter().map(ContractType::name).collect();
    assert_eq!(registered, names);
    for (name, canonical_id, columns, ..) in MATRIX {
        let manifest = contract(name).manifest();
        assert_eq!(manifest.canonical_id, canonical_id);
        assert_eq!(manifest.owner, "architecture-team");
        assert_eq!(
            manifest.check_constraint,
            !name.starts_with("audit_"),
            "{name}"
        );
        let newest = if name == "case_metadata" { 2 } else { 1 };
        assert_eq!(contract(name).read_range(), 1..=newest, "{name}");
        assert_eq!(manifest.release.to_string(), format!("{newest}.0.0"));
        let bound: Vec<String> = manifest
            .bindings
            .iter()
            .map(|binding| format!("{}.{}", binding.table, binding.column))
            .collect();
        assert_eq!(bound, columns);
        let indexes: Vec<(&str, IndexMethod)> = manifest
            .index_keys
            .iter()
            .map(|index| (index.key.as_str(), index.index))
            .collect();
        let expected: &[(&str, IndexMethod)] = match name {
            "tenant_settings" => &[("feature_flags", IndexMethod::Gin)],
            "case_metadata" => &[("priority", IndexMethod::Expression)],
            _ => &[],
        };
        assert_eq!(indexes, expected, "{name}");
    }
    assert_eq!(MATRIX.iter().map(|row| row.2.len()).sum::<usize>(), 21);
}

#[test]
fn allowed_keys_are_accepted_and_others_are_not() {
    for (name, _, _, allowed, required, open) in MATRIX {
        let contract = contract(name);
        let newest = *contract.read_range().end();
        let document = smallest(name, newest, required);
        assert_eq!(contract.validate(&document), Ok(()), "{name}");
        for key in allowed {
            let is_list = required.contains(key);
            for (value, accepted) in [
                (json!({}), !is_list),
                (json!({"any": [1, {"thing": null}]}), !is_list),
                (
                    json!([{"any": "thing"}]),
                    is_list || ANY_VALUE.contains(key),
                ),
                (json!(["x"]), ANY_VALUE.contains(key)),
                (json!("x"), ANY_VALUE.contains(key)),
                (json!(5), ANY_VALUE.contains(key)),
                (json!(null), ANY_VALUE.contains(key)),
            ] {
                let mut document = document.clone();
                document[*key] = value.clone();
                assert_eq!(
                    contract.is_valid(&document),
                    accepted,
                    "{name}.{key} = {value}"
                );
            }
        }
        let mut unknown = document.clone();
        unknown["surprise"] = json!(1);
        assert_eq!(contract.is_valid(&unknown), open, "{name}");
        for key in required {
            let mut missing = document.clone();
            missing.as_object_mut().expect("an object").remove(*key);
            assert!(!contract.is_valid(&missing), "{name} without {key}");
        }
    }
}

#[test]
fn escalation_level_is_new_in_version_2() {
    let case = contract("case_metadata");
    for (version, accepted) in [(1, false), (2, true)] {
        let mut document = smallest("case_metadata", version, &[]);
        document["escalation_level"] = json!(3);
        assert_eq!(case.is_valid(&document), accepted, "version {version}");
        document
            .as_object_mut()
            .expect("an object")
            .remove("escalation_level");
        document["priority"] = json!("high");
        assert!(case.is_valid(&document), "version {version}");
    }
}

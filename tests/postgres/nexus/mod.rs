//! The NEXUS reference schema: who sees which rows, and what of a row never changes.

mod immutability;
mod isolation;
mod migrations;
mod rows;

use postgres::Client;
use tests::Database;

/// One of the 20 tables, with what the tests have to know of it.
struct Table {
    name: &'static str,
    /// Columns and values of a row between a client and a vendor (see `rows::fill_in`).
    row: &'static str,
    /// What makes the row one of these two tenants.
    scope: &'static str,
    /// Whether the row is one of both tenants, and not of the client alone.
    shared: bool,
    /// The columns that are written once.
    immutable: &'static [&'static str],
    /// The columns that change.
    mutable: &'static [&'static str],
}

/// Parents before their children.
const TABLES: [Table; 20] = [
    Table {
        name: "nexus_tenants",
        row: "(tenant_id, tenant_client_id, tenant_vendor_id, settings, metadata)
              VALUES ('{client}', '{client}-client', '{client}-vendor', <tenant_settings>, <tenant_metadata>)",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["id", "tenant_id", "tenant_client_id", "tenant_vendor_id", "created_at"],
        mutable: &["settings", "metadata", "updated_at"],
    },
    Table {
        name: "nexus_tenant_relationships",
        row: "(client_id, vendor_id, metadata)
              VALUES ('{client}-client', '{vendor}-vendor', <relationship_metadata>)",
        scope: "client_id = '{client}-client', vendor_id = '{vendor}-vendor'",
        shared: true,
        immutable: &["id", "client_id", "vendor_id", "created_at"],
        mutable: &["metadata", "updated_at"],
    },
    Table {
        name: "nexus_relationship_invites",
        row: "(token, inviting_tenant_id, email) VALUES ('{id}', '{client}', 'new@example.com')",
        scope: "inviting_tenant_id = '{client}'",
        shared: false,
        immutable: &["id", "token", "inviting_tenant_id", "email", "created_at"],
        mutable: &[],
    },
    Table {
        name: "nexus_users",
        row: "(user_id, tenant_id, email, preferences)
              VALUES ('{id}', '{client}', 'somebody@example.com', <user_preferences>)",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["id", "user_id", "tenant_id", "created_at"],
        mutable: &["email", "preferences", "updated_at"],
    },
    Table {
        name: "nexus_sessions",
        row: "(user_id, tenant_id, data, expires_at) VALUES ('{user}', '{client}', <session_data>, now())",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["id", "user_id", "tenant_id", "created_at"],
        mutable: &["data", "expires_at"],
    },
    Table {
        name: "nexus_cases",
        row: "(case_id, client_id, vendor_id, status, metadata)
              VALUES ('{id}', '{client}-client', '{vendor}-vendor', 'open', <case_metadata>)",
        scope: "client_id = '{client}-client', vendor_id = '{vendor}-vendor'",
        shared: true,
        immutable: &["id", "case_id", "client_id", "vendor_id", "created_at"],
        mutable: &["status", "priority", "metadata", "updated_at"],
    },
    Table {
        name: "nexus_case_messages",
        row: "(message_id, case_id, sender_user_id, metadata)
              VALUES ('{id}', '{parent}', '{user}', <message_metadata>)",
        scope: "case_id = '{parent}'",
        shared: true,
        immutable: &["id", "message_id", "case_id", "sender_user_id", "created_at"],
        mutable: &["metadata"],
    },
    Table {
        name: "nexus_case_evidence",
        row: "(evidence_id, case_id, uploader_user_id, metadata)
              VALUES ('{id}', '{parent}', '{user}', <evidence_metadata>)",
        scope: "case_id = '{parent}'",
        shared: true,
        immutable: &["id", "evidence_id", "case_id", "uploader_user_id", "created_at"],
        mutable: &["metadata"],
    },
    Table {
        name: "nexus_case_checklist",
        row: "(item_id, case_id, metadata) VALUES ('{id}', '{parent}', <checklist_metadata>)",
        scope: "case_id = '{parent}'",
        shared: true,
        immutable: &["id", "item_id", "case_id", "created_at"],
        mutable: &["metadata", "updated_at"],
    },
    Table {
        name: "nexus_case_activity",
        row: "(activity_id, case_id, activity_type, metadata)
              VALUES ('{id}', '{parent}', 'opened', <activity_metadata>)",
        scope: "case_id = '{parent}'",
        shared: true,
        immutable: &["id", "activity_id", "case_id", "activity_type", "created_at"],
        mutable: &["metadata"],
    },
    Table {
        name: "nexus_invoices",
        row: "(invoice_id, client_id, vendor_id, status, line_items, metadata)
              VALUES ('{id}', '{client}-client', '{vendor}-vendor', 'sent', <invoice_line_items>, <invoice_metadata>)",
        scope: "client_id = '{client}-client', vendor_id = '{vendor}-vendor'",
        shared: true,
        immutable: &["id", "invoice_id", "client_id", "vendor_id", "created_at"],
        mutable: &["status", "line_items", "metadata", "updated_at"],
    },
    Table {
        name: "nexus_payments",
        row: "(payment_id, from_id, to_id, status, metadata)
              VALUES ('{id}', '{client}-client', '{vendor}-vendor', 'pending', <payment_metadata>)",
        scope: "from_id = '{client}-client', to_id = '{vendor}-vendor'",
        shared: true,
        immutable: &["id", "payment_id", "from_id", "to_id", "created_at"],
        mutable: &["status", "metadata", "updated_at"],
    },
    Table {
        name: "nexus_payment_schedule",
        row: "(schedule_id, from_id, to_id, status, metadata)
              VALUES ('{id}', '{client}-client', '{vendor}-vendor', 'active', <schedule_metadata>)",
        scope: "from_id = '{client}-client', to_id = '{vendor}-vendor'",
        shared: true,
        immutable: &["id", "schedule_id", "from_id", "to_id", "created_at"],
        mutable: &["status", "metadata", "updated_at"],
    },
    Table {
        name: "nexus_payment_activity",
        row: "(activity_id, payment_id, activity_type, metadata)
              VALUES ('{id}', '{parent}', 'requested', <activity_metadata>)",
        scope: "payment_id = '{parent}'",
        shared: true,
        immutable: &["id", "activity_id", "payment_id", "activity_type", "created_at"],
        mutable: &["metadata"],
    },
    Table {
        name: "nexus_notifications",
        row: "(notification_id, user_id, tenant_id, notification_type, delivery_attempts, metadata)
              VALUES ('{id}', '{user}', '{client}', 'mention', <notification_delivery_attempts>, <notification_metadata>)",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["id", "notification_id", "user_id", "tenant_id", "notification_type", "created_at"],
        mutable: &["delivery_attempts", "metadata"],
    },
    Table {
        name: "nexus_notification_config",
        row: "(tenant_id, metadata) VALUES ('{client}', <notification_config_metadata>)",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["tenant_id"],
        mutable: &["metadata"],
    },
    Table {
        name: "nexus_user_notification_prefs",
        row: "(user_id, tenant_id, metadata) VALUES ('{user}', '{client}', <user_notif_prefs_metadata>)",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["user_id", "tenant_id"],
        mutable: &["metadata"],
    },
    Table {
        name: "nexus_notification_queue",
        row: "(user_id, tenant_id, status, scheduled_for) VALUES ('{user}', '{client}', 'waiting', now())",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["id", "user_id", "tenant_id", "created_at"],
        mutable: &["status", "scheduled_for"],
    },
    Table {
        name: "nexus_push_subscriptions",
        row: "(user_id, tenant_id, endpoint) VALUES ('{user}', '{client}', 'https://push.example.com')",
        scope: "tenant_id = '{client}'",
        shared: false,
        immutable: &["id", "user_id", "tenant_id", "created_at"],
        mutable: &["endpoint"],
    },
    Table {
        name: "nexus_audit_log",
        row: "(table_name, record_id, action, actor_user_id, actor_tenant_id, old_data, new_data)
              VALUES ('nexus_users', '{user}', 'UPDATE', '{user}', '{client}', <audit_old_data>, <audit_new_data>)",
        scope: "actor_tenant_id = '{client}'",
        shared: false,
        immutable: &[
            "id", "table_name", "record_id", "action", "actor_user_id", "actor_tenant_id", "old_data", "new_data",
            "created_at",
        ],
        mutable: &[],
    },
];

/// Runs a statement that must succeed; the number of rows that it changed.
#[track_caller]
fn run(client: &mut Client, sql: &str) -> u64 {
    match client.execute(sql, &[]) {
        Ok(rows) => rows,
        Err(error) => panic!("{sql}: {}", tests::failure(&error)),
    }
}

/// No table can be forgotten: those above are all that there are, with all their columns.
#[test]
fn the_tests_know_every_table_and_column() {
    let mut database = Database::nexus();
    let mut catalog: Vec<(String, Vec<String>)> = database
        .query(
            "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attname)
             FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
             GROUP BY c.relname",
            &[],
        )
        .expect("the catalog")
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    catalog.sort();
    let mut known: Vec<(String, Vec<String>)> = TABLES
        .iter()
        .map(|table| {
            let columns = [table.immutable, table.mutable].concat();
            let mut columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
            columns.sort();
            (table.name.to_owned(), columns)
        })
        .collect();
    known.sort();
    assert_eq!(known, catalog);
}

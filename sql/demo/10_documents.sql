-- 15,400 documents over all 20 contract types, generated: the same ones each time, each in its own table.
-- Every INSERT here passes the CHECK of its column.

-- The header keys that each document begins with. Some writers give more context than others.
CREATE FUNCTION pg_temp.envelope(contract_type text, version int, n int) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT jsonb_build_object(
        '_schema_version', version,
        'type', contract_type,
        '_context', jsonb_build_object(
            'created_by', 'user-' || n % 500,
            'created_at', to_char(timestamp '2025-01-22' + n * interval '7 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        )
        || CASE WHEN n % 3 = 0 THEN '{"reason": "nightly import", "source": "importer"}' ELSE '{}' END::jsonb
        || CASE WHEN n % 5 = 0 THEN '{"updated_by": "support", "updated_at": "2025-06-01T09:30:00+02:00"}'
                ELSE '{}' END::jsonb
    )
$$;

-- One of several texts, in turn.
CREATE FUNCTION pg_temp.pick(n int, VARIADIC texts text[]) RETURNS text
LANGUAGE sql AS $$ SELECT texts[n % cardinality(texts) + 1] $$;

BEGIN;

INSERT INTO nexus_tenants (tenant_id, tenant_client_id, tenant_vendor_id, settings, metadata)
SELECT 'tenant-' || n, 'client-' || n, 'vendor-' || n,
    pg_temp.envelope('tenant_settings', 1, n) || jsonb_build_object(
        'feature_flags', jsonb_build_object('new_inbox', n % 2 = 0, 'bulk_export', n % 3 = 0),
        'ui_preferences', jsonb_build_object('theme', pg_temp.pick(n, 'light', 'dark')),
        'plan_config', jsonb_build_object('plan', pg_temp.pick(n, 'free', 'team', 'business'), 'seats', n % 50 + 1)),
    pg_temp.envelope('tenant_metadata', 1, n) || jsonb_build_object(
        'custom_fields', jsonb_build_object('industry', pg_temp.pick(n, 'retail', 'energy', 'health')),
        'integration_data', jsonb_build_object('crm', jsonb_build_object('account', n * 17)))
FROM generate_series(0, 99) AS n;

INSERT INTO nexus_tenant_relationships (client_id, vendor_id, metadata)
SELECT 'client-' || n % 100, 'vendor-' || (n * 7 + 1) % 100,
    pg_temp.envelope('relationship_metadata', 1, n) || jsonb_build_object(
        'contract_terms', jsonb_build_object('payment_days', 14 + n % 4 * 7, 'discount', n % 10 / 100.0),
        'custom_fields', jsonb_build_object('rating', n % 5 + 1))
FROM generate_series(0, 399) AS n;

INSERT INTO nexus_users (user_id, tenant_id, email, preferences)
SELECT 'user-' || n, 'tenant-' || n % 100, format('user-%s@example.com', n),
    pg_temp.envelope('user_preferences', 1, n) || jsonb_build_object(
        'ui', jsonb_build_object('language', pg_temp.pick(n, 'en', 'de', 'fr', 'pt')),
        'notifications', jsonb_build_object('digest', pg_temp.pick(n, 'daily', 'weekly')),
        'limits', jsonb_build_object('uploads_a_day', n % 20 * 10))
FROM generate_series(0, 499) AS n;

INSERT INTO nexus_sessions (user_id, tenant_id, data, expires_at)
SELECT 'user-' || n % 500, 'tenant-' || n % 100,
    pg_temp.envelope('session_data', 1, n) || jsonb_build_object(
        'session_state', jsonb_build_object('step', n % 7, 'cart', jsonb_build_array(n, n + 1)),
        'ui_state', jsonb_build_object('sidebar', n % 2 = 0)),
    timestamptz '2025-12-31 00:00:00+00' + n * interval '1 minute'
FROM generate_series(0, 499) AS n;

-- Both versions of case_metadata: the even ones are still version 1.
WITH cases AS (
    SELECT n, pg_temp.pick(n / 2, 'low', 'medium', 'high', 'critical') AS priority,
        jsonb_build_object('amount', n * 1.25, 'region', pg_temp.pick(n, 'north', 'south', 'west'),
            'scores', jsonb_build_array(n % 10, n % 7, n % 3)) AS custom_fields
    FROM generate_series(0, 1999) AS n
)
INSERT INTO nexus_cases (case_id, client_id, vendor_id, status, priority, metadata)
SELECT 'case-' || n, 'client-' || n % 100, 'vendor-' || (n + 1) % 100, pg_temp.pick(n, 'open', 'waiting', 'closed'),
    priority,
    CASE n % 2
        WHEN 0 THEN pg_temp.envelope('case_metadata', 1, n)
        ELSE pg_temp.envelope('case_metadata', 2, n) || jsonb_build_object('escalation_level', n % 6)
    END || jsonb_build_object('priority', priority, 'custom_fields', custom_fields)
FROM cases;

INSERT INTO nexus_case_messages (message_id, case_id, sender_user_id, metadata)
SELECT 'message-' || n, 'case-' || n % 2000, 'user-' || n % 500,
    pg_temp.envelope('message_metadata', 1, n) || CASE n % 2
        WHEN 0 THEN jsonb_build_object('channel', 'email', 'thread_id', n / 4,
            'email', jsonb_build_object('subject', format('Case %s', n % 2000), 'attachments', n % 3))
        ELSE jsonb_build_object('channel', 'whatsapp', 'thread_id', format('wa-%s', n / 4),
            'whatsapp', jsonb_build_object('delivered', n % 3 = 0))
    END
FROM generate_series(0, 1499) AS n;

INSERT INTO nexus_case_evidence (evidence_id, case_id, uploader_user_id, metadata)
SELECT 'evidence-' || n, 'case-' || n % 2000, 'user-' || n % 500,
    pg_temp.envelope('evidence_metadata', 1, n) || jsonb_build_object(
        'verification_status', pg_temp.pick(n, 'unverified', 'verified', 'rejected'),
        'ocr_data', jsonb_build_object('pages', n % 9 + 1, 'confidence', n % 100 / 100.0),
        'tags', jsonb_build_array('scan', pg_temp.pick(n, 'contract', 'invoice', 'photo')))
FROM generate_series(0, 599) AS n;

INSERT INTO nexus_case_checklist (item_id, case_id, metadata)
SELECT 'item-' || n, 'case-' || n % 2000,
    pg_temp.envelope('checklist_metadata', 1, n) || jsonb_build_object(
        'custom_fields', jsonb_build_object('weight', n % 5),
        'notes', pg_temp.pick(n, 'call back', 'waiting for the client', 'done'))
FROM generate_series(0, 799) AS n;

INSERT INTO nexus_case_activity (activity_id, case_id, activity_type, metadata)
SELECT 'activity-' || n, 'case-' || n % 2000, pg_temp.pick(n, 'opened', 'assigned', 'commented'),
    pg_temp.envelope('activity_metadata', 1, n) || jsonb_build_object(
        'system_data', jsonb_build_object('job', n % 40, 'duration_ms', n % 900),
        'ui_state', jsonb_build_object('tab', pg_temp.pick(n, 'timeline', 'files')))
FROM generate_series(0, 1199) AS n;

INSERT INTO nexus_invoices (invoice_id, vendor_id, client_id, status, line_items, metadata)
SELECT 'invoice-' || n, 'vendor-' || n % 100, 'client-' || (n + 3) % 100, pg_temp.pick(n, 'draft', 'sent', 'paid'),
    pg_temp.envelope('invoice_line_items', 1, n) || jsonb_build_object(
        'items', jsonb_build_array(
            jsonb_build_object('sku', format('A-%s', n % 30), 'quantity', n % 4 + 1, 'price', 19.90),
            jsonb_build_object('sku', 'SHIPPING', 'quantity', 1, 'price', 4.95))),
    pg_temp.envelope('invoice_metadata', 1, n) || jsonb_build_object(
        'custom_fields', jsonb_build_object('cost_centre', n % 12 * 100),
        'integration_data', jsonb_build_object('ledger', jsonb_build_object('booked', n % 2 = 0)))
FROM generate_series(0, 799) AS n;

INSERT INTO nexus_payments (payment_id, from_id, to_id, status, metadata)
SELECT 'payment-' || n, 'client-' || n % 100, 'vendor-' || (n + 3) % 100, pg_temp.pick(n, 'pending', 'settled'),
    pg_temp.envelope('payment_metadata', 1, n) || jsonb_build_object(
        'bank_details', jsonb_build_object('bank', format('bank-%s', n % 8)),
        'reconciliation_data', jsonb_build_object('matched', n % 4 <> 0))
FROM generate_series(0, 799) AS n;

INSERT INTO nexus_payment_schedule (schedule_id, from_id, to_id, status, metadata)
SELECT 'schedule-' || n, 'client-' || n % 100, 'vendor-' || (n + 3) % 100, pg_temp.pick(n, 'active', 'ended'),
    pg_temp.envelope('schedule_metadata', 1, n) || jsonb_build_object(
        'custom_fields', jsonb_build_object('day_of_month', n % 28 + 1))
FROM generate_series(0, 299) AS n;

-- The same contract type as in nexus_case_activity: one contract, two columns.
INSERT INTO nexus_payment_activity (activity_id, payment_id, activity_type, metadata)
SELECT 'activity-' || n, 'payment-' || n, pg_temp.pick(n, 'requested', 'approved', 'settled'),
    pg_temp.envelope('activity_metadata', 1, n) || jsonb_build_object(
        'system_data', jsonb_build_object('gateway', pg_temp.pick(n, 'sepa', 'card')))
FROM generate_series(0, 799) AS n;

INSERT INTO nexus_notifications (notification_id, user_id, tenant_id, notification_type, delivery_attempts, metadata)
SELECT 'notification-' || n, 'user-' || n % 500, 'tenant-' || n % 100, pg_temp.pick(n, 'mention', 'reminder'),
    pg_temp.envelope('notification_delivery_attempts', 1, n) || jsonb_build_object(
        'attempts', CASE WHEN n % 4 = 0 THEN '[]' ELSE
            jsonb_build_array(jsonb_build_object('channel', 'push', 'delivered', n % 3 = 0)) END),
    pg_temp.envelope('notification_metadata', 1, n) || jsonb_build_object(
        'custom_fields', jsonb_build_object('campaign', n % 6),
        'ui_state', jsonb_build_object('read', n % 2 = 0))
FROM generate_series(0, 899) AS n;

INSERT INTO nexus_notification_config (tenant_id, metadata)
SELECT 'tenant-' || n,
    pg_temp.envelope('notification_config_metadata', 1, n) || jsonb_build_object(
        'custom_settings', jsonb_build_object('quiet_hours', jsonb_build_array(22, 6 + n % 3)))
FROM generate_series(0, 99) AS n;

INSERT INTO nexus_user_notification_prefs (user_id, tenant_id, metadata)
SELECT 'user-' || n, 'tenant-' || n % 100,
    pg_temp.envelope('user_notif_prefs_metadata', 1, n) || jsonb_build_object(
        'custom_preferences', jsonb_build_object('sound', pg_temp.pick(n, 'none', 'chime')))
FROM generate_series(0, 499) AS n;

-- An audited INSERT has no old document, a DELETE no new one. Beside the header keys anything is allowed.
INSERT INTO nexus_audit_log (table_name, record_id, action, actor_user_id, actor_tenant_id, old_data, new_data)
SELECT 'nexus_cases', 'case-' || n, action, 'user-' || n % 500, 'tenant-' || n % 100,
    CASE WHEN action <> 'INSERT' THEN
        pg_temp.envelope('audit_old_data', 1, n) || jsonb_build_object('case_id', 'case-' || n, 'status', 'open') END,
    CASE WHEN action <> 'DELETE' THEN
        pg_temp.envelope('audit_new_data', 1, n) || jsonb_build_object('case_id', 'case-' || n, 'status', 'closed') END
FROM generate_series(0, 1199) AS n, pg_temp.pick(n, 'INSERT', 'UPDATE', 'UPDATE', 'DELETE') AS action;

COMMIT;

-- Every document of the 21 columns, with the contract type that its column is bound to. With the rights of
-- who asks, so that row level security stays in force.
CREATE SCHEMA demo;
CREATE VIEW demo.documents (column_name, contract_type, document) WITH (security_invoker = true) AS
          SELECT 'nexus_tenants.settings', 'tenant_settings', settings FROM nexus_tenants
UNION ALL SELECT 'nexus_tenants.metadata', 'tenant_metadata', metadata FROM nexus_tenants
UNION ALL SELECT 'nexus_tenant_relationships.metadata', 'relationship_metadata', metadata FROM nexus_tenant_relationships
UNION ALL SELECT 'nexus_users.preferences', 'user_preferences', preferences FROM nexus_users
UNION ALL SELECT 'nexus_sessions.data', 'session_data', data FROM nexus_sessions
UNION ALL SELECT 'nexus_cases.metadata', 'case_metadata', metadata FROM nexus_cases
UNION ALL SELECT 'nexus_case_messages.metadata', 'message_metadata', metadata FROM nexus_case_messages
UNION ALL SELECT 'nexus_case_evidence.metadata', 'evidence_metadata', metadata FROM nexus_case_evidence
UNION ALL SELECT 'nexus_case_checklist.metadata', 'checklist_metadata', metadata FROM nexus_case_checklist
UNION ALL SELECT 'nexus_case_activity.metadata', 'activity_metadata', metadata FROM nexus_case_activity
UNION ALL SELECT 'nexus_invoices.line_items', 'invoice_line_items', line_items FROM nexus_invoices
UNION ALL SELECT 'nexus_invoices.metadata', 'invoice_metadata', metadata FROM nexus_invoices
UNION ALL SELECT 'nexus_payments.metadata', 'payment_metadata', metadata FROM nexus_payments
UNION ALL SELECT 'nexus_payment_schedule.metadata', 'schedule_metadata', metadata FROM nexus_payment_schedule
UNION ALL SELECT 'nexus_payment_activity.metadata', 'activity_metadata', metadata FROM nexus_payment_activity
UNION ALL SELECT 'nexus_notifications.delivery_attempts', 'notification_delivery_attempts', delivery_attempts FROM nexus_notifications
UNION ALL SELECT 'nexus_notifications.metadata', 'notification_metadata', metadata FROM nexus_notifications
UNION ALL SELECT 'nexus_notification_config.metadata', 'notification_config_metadata', metadata FROM nexus_notification_config
UNION ALL SELECT 'nexus_user_notification_prefs.metadata', 'user_notif_prefs_metadata', metadata FROM nexus_user_notification_prefs
UNION ALL SELECT 'nexus_audit_log.old_data', 'audit_old_data', old_data FROM nexus_audit_log WHERE old_data IS NOT NULL
UNION ALL SELECT 'nexus_audit_log.new_data', 'audit_new_data', new_data FROM nexus_audit_log WHERE new_data IS NOT NULL;

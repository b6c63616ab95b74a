-- no-transaction
-- What the guardrail matrix wants indexed, and every foreign key. Primary keys and UNIQUE business ids bring
-- their own index and are not repeated here.
BEGIN;

-- The two indexes on keys inside a document that the contract registry allows: no other key is indexed, and no
-- jsonb column as a whole.
CREATE INDEX nexus_tenants_settings_feature_flags_idx
    ON public.nexus_tenants USING gin ((settings -> 'feature_flags'));
CREATE INDEX nexus_cases_metadata_priority_idx ON public.nexus_cases ((metadata ->> 'priority'));

CREATE INDEX nexus_tenant_relationships_client_id_idx ON public.nexus_tenant_relationships (client_id);
CREATE INDEX nexus_tenant_relationships_vendor_id_idx ON public.nexus_tenant_relationships (vendor_id);

CREATE INDEX nexus_relationship_invites_inviting_tenant_id_idx
    ON public.nexus_relationship_invites (inviting_tenant_id);
CREATE INDEX nexus_relationship_invites_email_idx ON public.nexus_relationship_invites (email);

CREATE INDEX nexus_users_tenant_id_idx ON public.nexus_users (tenant_id);
CREATE INDEX nexus_users_email_idx ON public.nexus_users (email);

CREATE INDEX nexus_sessions_user_id_idx ON public.nexus_sessions (user_id);
CREATE INDEX nexus_sessions_tenant_id_idx ON public.nexus_sessions (tenant_id);
CREATE INDEX nexus_sessions_expires_at_idx ON public.nexus_sessions (expires_at);

CREATE INDEX nexus_cases_client_id_idx ON public.nexus_cases (client_id);
CREATE INDEX nexus_cases_vendor_id_idx ON public.nexus_cases (vendor_id);
CREATE INDEX nexus_cases_status_idx ON public.nexus_cases (status);
CREATE INDEX nexus_cases_priority_idx ON public.nexus_cases (priority);

CREATE INDEX nexus_case_messages_case_id_idx ON public.nexus_case_messages (case_id);
CREATE INDEX nexus_case_messages_sender_user_id_idx ON public.nexus_case_messages (sender_user_id);

CREATE INDEX nexus_case_evidence_case_id_idx ON public.nexus_case_evidence (case_id);
CREATE INDEX nexus_case_evidence_uploader_user_id_idx ON public.nexus_case_evidence (uploader_user_id);

CREATE INDEX nexus_case_checklist_case_id_idx ON public.nexus_case_checklist (case_id);

CREATE INDEX nexus_case_activity_case_id_idx ON public.nexus_case_activity (case_id);
CREATE INDEX nexus_case_activity_activity_type_idx ON public.nexus_case_activity (activity_type);

CREATE INDEX nexus_invoices_vendor_id_idx ON public.nexus_invoices (vendor_id);
CREATE INDEX nexus_invoices_client_id_idx ON public.nexus_invoices (client_id);
CREATE INDEX nexus_invoices_status_idx ON public.nexus_invoices (status);

CREATE INDEX nexus_payments_from_id_idx ON public.nexus_payments (from_id);
CREATE INDEX nexus_payments_to_id_idx ON public.nexus_payments (to_id);
CREATE INDEX nexus_payments_status_idx ON public.nexus_payments (status);

CREATE INDEX nexus_payment_schedule_from_id_idx ON public.nexus_payment_schedule (from_id);
CREATE INDEX nexus_payment_schedule_to_id_idx ON public.nexus_payment_schedule (to_id);

CREATE INDEX nexus_payment_activity_payment_id_idx ON public.nexus_payment_activity (payment_id);
CREATE INDEX nexus_payment_activity_activity_type_idx ON public.nexus_payment_activity (activity_type);

CREATE INDEX nexus_notifications_user_id_idx ON public.nexus_notifications (user_id);
CREATE INDEX nexus_notifications_tenant_id_idx ON public.nexus_notifications (tenant_id);
CREATE INDEX nexus_notifications_notification_type_idx ON public.nexus_notifications (notification_type);

CREATE INDEX nexus_user_notification_prefs_tenant_id_idx ON public.nexus_user_notification_prefs (tenant_id);

-- The worker asks for one status, due by now.
CREATE INDEX nexus_notification_queue_status_scheduled_for_idx
    ON public.nexus_notification_queue (status, scheduled_for);
CREATE INDEX nexus_notification_queue_scheduled_for_idx ON public.nexus_notification_queue (scheduled_for);
CREATE INDEX nexus_notification_queue_user_id_idx ON public.nexus_notification_queue (user_id);
CREATE INDEX nexus_notification_queue_tenant_id_idx ON public.nexus_notification_queue (tenant_id);

CREATE INDEX nexus_push_subscriptions_user_id_idx ON public.nexus_push_subscriptions (user_id);
CREATE INDEX nexus_push_subscriptions_tenant_id_idx ON public.nexus_push_subscriptions (tenant_id);
CREATE INDEX nexus_push_subscriptions_endpoint_idx ON public.nexus_push_subscriptions (endpoint);

-- A record's history is asked for by table and record. actor_tenant_id is the tenant scope, although no foreign key.
CREATE INDEX nexus_audit_log_table_name_record_id_idx ON public.nexus_audit_log (table_name, record_id);
CREATE INDEX nexus_audit_log_record_id_idx ON public.nexus_audit_log (record_id);
CREATE INDEX nexus_audit_log_actor_user_id_idx ON public.nexus_audit_log (actor_user_id);
CREATE INDEX nexus_audit_log_actor_tenant_id_idx ON public.nexus_audit_log (actor_tenant_id);

COMMIT;

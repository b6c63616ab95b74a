-- no-transaction
-- The extension stays: whether this migration created it or found it is not known, and other schemas may call it.
-- Remove it by hand with DROP EXTENSION jsonb_contract, which refuses while anything still depends on it.
BEGIN;

ALTER TABLE public.nexus_user_notification_prefs DROP CONSTRAINT nexus_user_notification_prefs_metadata_contract;
ALTER TABLE public.nexus_notification_config DROP CONSTRAINT nexus_notification_config_metadata_contract;
ALTER TABLE public.nexus_notifications DROP CONSTRAINT nexus_notifications_metadata_contract;
ALTER TABLE public.nexus_notifications DROP CONSTRAINT nexus_notifications_delivery_attempts_contract;
ALTER TABLE public.nexus_payment_activity DROP CONSTRAINT nexus_payment_activity_metadata_contract;
ALTER TABLE public.nexus_payment_schedule DROP CONSTRAINT nexus_payment_schedule_metadata_contract;
ALTER TABLE public.nexus_payments DROP CONSTRAINT nexus_payments_metadata_contract;
ALTER TABLE public.nexus_invoices DROP CONSTRAINT nexus_invoices_metadata_contract;
ALTER TABLE public.nexus_invoices DROP CONSTRAINT nexus_invoices_line_items_contract;
ALTER TABLE public.nexus_case_activity DROP CONSTRAINT nexus_case_activity_metadata_contract;
ALTER TABLE public.nexus_case_checklist DROP CONSTRAINT nexus_case_checklist_metadata_contract;
ALTER TABLE public.nexus_case_evidence DROP CONSTRAINT nexus_case_evidence_metadata_contract;
ALTER TABLE public.nexus_case_messages DROP CONSTRAINT nexus_case_messages_metadata_contract;
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_sessions DROP CONSTRAINT nexus_sessions_data_contract;
ALTER TABLE public.nexus_users DROP CONSTRAINT nexus_users_preferences_contract;
ALTER TABLE public.nexus_tenant_relationships DROP CONSTRAINT nexus_tenant_relationships_metadata_contract;
ALTER TABLE public.nexus_tenants DROP CONSTRAINT nexus_tenants_metadata_contract;
ALTER TABLE public.nexus_tenants DROP CONSTRAINT nexus_tenants_settings_contract;

COMMIT;

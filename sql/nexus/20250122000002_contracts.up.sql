-- no-transaction
-- One CHECK for each jsonb column whose contract the registry wants in a CHECK: 19 of 21. The audit log's old_data and
-- new_data have registered contract types too, but the registry says no CHECK for them.
-- Each ADD CONSTRAINT reads the whole table under an exclusive lock: right for new tables. On large live ones add the
-- constraint NOT VALID and VALIDATE it afterwards.
BEGIN;

CREATE EXTENSION IF NOT EXISTS jsonb_contract;

ALTER TABLE public.nexus_tenants
    ADD CONSTRAINT nexus_tenants_settings_contract
    CHECK (contract.check('tenant_settings', settings));
ALTER TABLE public.nexus_tenants
    ADD CONSTRAINT nexus_tenants_metadata_contract
    CHECK (contract.check('tenant_metadata', metadata));
ALTER TABLE public.nexus_tenant_relationships
    ADD CONSTRAINT nexus_tenant_relationships_metadata_contract
    CHECK (contract.check('relationship_metadata', metadata));
ALTER TABLE public.nexus_users
    ADD CONSTRAINT nexus_users_preferences_contract
    CHECK (contract.check('user_preferences', preferences));
ALTER TABLE public.nexus_sessions
    ADD CONSTRAINT nexus_sessions_data_contract
    CHECK (contract.check('session_data', data));
ALTER TABLE public.nexus_cases
    ADD CONSTRAINT nexus_cases_metadata_contract
    CHECK (contract.check('case_metadata', metadata));
ALTER TABLE public.nexus_case_messages
    ADD CONSTRAINT nexus_case_messages_metadata_contract
    CHECK (contract.check('message_metadata', metadata));
ALTER TABLE public.nexus_case_evidence
    ADD CONSTRAINT nexus_case_evidence_metadata_contract
    CHECK (contract.check('evidence_metadata', metadata));
ALTER TABLE public.nexus_case_checklist
    ADD CONSTRAINT nexus_case_checklist_metadata_contract
    CHECK (contract.check('checklist_metadata', metadata));
ALTER TABLE public.nexus_case_activity
    ADD CONSTRAINT nexus_case_activity_metadata_contract
    CHECK (contract.check('activity_metadata', metadata));
ALTER TABLE public.nexus_invoices
    ADD CONSTRAINT nexus_invoices_line_items_contract
    CHECK (contract.check('invoice_line_items', line_items));
ALTER TABLE public.nexus_invoices
    ADD CONSTRAINT nexus_invoices_metadata_contract
    CHECK (contract.check('invoice_metadata', metadata));
ALTER TABLE public.nexus_payments
    ADD CONSTRAINT nexus_payments_metadata_contract
    CHECK (contract.check('payment_metadata', metadata));
ALTER TABLE public.nexus_payment_schedule
    ADD CONSTRAINT nexus_payment_schedule_metadata_contract
    CHECK (contract.check('schedule_metadata', metadata));
ALTER TABLE public.nexus_payment_activity
    ADD CONSTRAINT nexus_payment_activity_metadata_contract
    CHECK (contract.check('activity_metadata', metadata));
ALTER TABLE public.nexus_notifications
    ADD CONSTRAINT nexus_notifications_delivery_attempts_contract
    CHECK (contract.check('notification_delivery_attempts', delivery_attempts));
ALTER TABLE public.nexus_notifications
    ADD CONSTRAINT nexus_notifications_metadata_contract
    CHECK (contract.check('notification_metadata', metadata));
ALTER TABLE public.nexus_notification_config
    ADD CONSTRAINT nexus_notification_config_metadata_contract
    CHECK (contract.check('notification_config_metadata', metadata));
ALTER TABLE public.nexus_user_notification_prefs
    ADD CONSTRAINT nexus_user_notification_prefs_metadata_contract
    CHECK (contract.check('user_notif_prefs_metadata', metadata));

COMMIT;

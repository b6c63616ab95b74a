-- no-transaction
-- The guards alone: the CHECKs are those of another migration, and contract.unbind would take them too.
BEGIN;

DROP TRIGGER "~contract_guard_metadata" ON public.nexus_user_notification_prefs;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_notification_config;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_notifications;
DROP TRIGGER "~contract_guard_delivery_attempts" ON public.nexus_notifications;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_payment_activity;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_payment_schedule;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_payments;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_invoices;
DROP TRIGGER "~contract_guard_line_items" ON public.nexus_invoices;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_case_activity;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_case_checklist;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_case_evidence;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_case_messages;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_cases;
DROP TRIGGER "~contract_guard_data" ON public.nexus_sessions;
DROP TRIGGER "~contract_guard_preferences" ON public.nexus_users;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_tenant_relationships;
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_tenants;
DROP TRIGGER "~contract_guard_settings" ON public.nexus_tenants;

COMMIT;

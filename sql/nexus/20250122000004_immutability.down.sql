-- no-transaction
BEGIN;

DROP TRIGGER nexus_audit_log_immutable ON public.nexus_audit_log;
DROP TRIGGER nexus_push_subscriptions_immutable ON public.nexus_push_subscriptions;
DROP TRIGGER nexus_notification_queue_immutable ON public.nexus_notification_queue;
DROP TRIGGER nexus_user_notification_prefs_immutable ON public.nexus_user_notification_prefs;
DROP TRIGGER nexus_notification_config_immutable ON public.nexus_notification_config;
DROP TRIGGER nexus_notifications_immutable ON public.nexus_notifications;
DROP TRIGGER nexus_payment_activity_immutable ON public.nexus_payment_activity;
DROP TRIGGER nexus_payment_schedule_immutable ON public.nexus_payment_schedule;
DROP TRIGGER nexus_payments_immutable ON public.nexus_payments;
DROP TRIGGER nexus_invoices_immutable ON public.nexus_invoices;
DROP TRIGGER nexus_case_activity_immutable ON public.nexus_case_activity;
DROP TRIGGER nexus_case_checklist_immutable ON public.nexus_case_checklist;
DROP TRIGGER nexus_case_evidence_immutable ON public.nexus_case_evidence;
DROP TRIGGER nexus_case_messages_immutable ON public.nexus_case_messages;
DROP TRIGGER nexus_cases_immutable ON public.nexus_cases;
DROP TRIGGER nexus_sessions_immutable ON public.nexus_sessions;
DROP TRIGGER nexus_users_immutable ON public.nexus_users;
DROP TRIGGER nexus_relationship_invites_immutable ON public.nexus_relationship_invites;
DROP TRIGGER nexus_tenant_relationships_immutable ON public.nexus_tenant_relationships;
DROP TRIGGER nexus_tenants_immutable ON public.nexus_tenants;
DROP FUNCTION public.nexus_refuse_change();

COMMIT;

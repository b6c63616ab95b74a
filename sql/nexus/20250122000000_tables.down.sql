-- no-transaction
-- Children before parents and without CASCADE: an object that something else came to depend on stops this
-- migration instead of vanishing with it.
BEGIN;

DROP TABLE public.nexus_audit_log;
DROP TABLE public.nexus_push_subscriptions;
DROP TABLE public.nexus_notification_queue;
DROP TABLE public.nexus_user_notification_prefs;
DROP TABLE public.nexus_notification_config;
DROP TABLE public.nexus_notifications;
DROP TABLE public.nexus_payment_activity;
DROP TABLE public.nexus_payment_schedule;
DROP TABLE public.nexus_payments;
DROP TABLE public.nexus_invoices;
DROP TABLE public.nexus_case_activity;
DROP TABLE public.nexus_case_checklist;
DROP TABLE public.nexus_case_evidence;
DROP TABLE public.nexus_case_messages;
DROP TABLE public.nexus_cases;
DROP TABLE public.nexus_sessions;
DROP TABLE public.nexus_users;
DROP TABLE public.nexus_relationship_invites;
DROP TABLE public.nexus_tenant_relationships;
DROP TABLE public.nexus_tenants;

COMMIT;

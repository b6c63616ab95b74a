-- no-transaction
-- The roles stay: they belong to the whole cluster, and other databases may use them. Where nothing does, remove them
-- with DROP ROLE authenticated, service_role, which refuses while anything still depends on them.
BEGIN;

DROP POLICY audit_service_bypass ON public.nexus_audit_log;
DROP POLICY audit_isolation ON public.nexus_audit_log;
ALTER TABLE public.nexus_audit_log NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY push_sub_service_bypass ON public.nexus_push_subscriptions;
DROP POLICY push_sub_isolation ON public.nexus_push_subscriptions;
ALTER TABLE public.nexus_push_subscriptions NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY queue_service_bypass ON public.nexus_notification_queue;
DROP POLICY queue_isolation ON public.nexus_notification_queue;
ALTER TABLE public.nexus_notification_queue NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY user_prefs_service_bypass ON public.nexus_user_notification_prefs;
DROP POLICY user_prefs_isolation ON public.nexus_user_notification_prefs;
ALTER TABLE public.nexus_user_notification_prefs NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY notif_config_service_bypass ON public.nexus_notification_config;
DROP POLICY notif_config_isolation ON public.nexus_notification_config;
ALTER TABLE public.nexus_notification_config NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY notification_service_bypass ON public.nexus_notifications;
DROP POLICY notification_isolation ON public.nexus_notifications;
ALTER TABLE public.nexus_notifications NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY pay_activity_service_bypass ON public.nexus_payment_activity;
DROP POLICY pay_activity_isolation ON public.nexus_payment_activity;
ALTER TABLE public.nexus_payment_activity NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY schedule_service_bypass ON public.nexus_payment_schedule;
DROP POLICY schedule_isolation ON public.nexus_payment_schedule;
ALTER TABLE public.nexus_payment_schedule NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY payment_service_bypass ON public.nexus_payments;
DROP POLICY payment_isolation ON public.nexus_payments;
ALTER TABLE public.nexus_payments NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY invoice_service_bypass ON public.nexus_invoices;
DROP POLICY invoice_isolation ON public.nexus_invoices;
ALTER TABLE public.nexus_invoices NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY activity_service_bypass ON public.nexus_case_activity;
DROP POLICY activity_isolation ON public.nexus_case_activity;
ALTER TABLE public.nexus_case_activity NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY checklist_service_bypass ON public.nexus_case_checklist;
DROP POLICY checklist_isolation ON public.nexus_case_checklist;
ALTER TABLE public.nexus_case_checklist NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY evidence_service_bypass ON public.nexus_case_evidence;
DROP POLICY evidence_isolation ON public.nexus_case_evidence;
ALTER TABLE public.nexus_case_evidence NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY message_service_bypass ON public.nexus_case_messages;
DROP POLICY message_isolation ON public.nexus_case_messages;
ALTER TABLE public.nexus_case_messages NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY case_service_bypass ON public.nexus_cases;
DROP POLICY case_isolation ON public.nexus_cases;
ALTER TABLE public.nexus_cases NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY session_service_bypass ON public.nexus_sessions;
DROP POLICY session_isolation ON public.nexus_sessions;
ALTER TABLE public.nexus_sessions NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY user_service_bypass ON public.nexus_users;
DROP POLICY user_isolation ON public.nexus_users;
ALTER TABLE public.nexus_users NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY invite_service_bypass ON public.nexus_relationship_invites;
DROP POLICY invite_isolation ON public.nexus_relationship_invites;
ALTER TABLE public.nexus_relationship_invites NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY relationship_service_bypass ON public.nexus_tenant_relationships;
DROP POLICY relationship_create ON public.nexus_tenant_relationships;
DROP POLICY relationship_isolation ON public.nexus_tenant_relationships;
ALTER TABLE public.nexus_tenant_relationships NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

DROP POLICY tenant_service_bypass ON public.nexus_tenants;
DROP POLICY tenant_isolation ON public.nexus_tenants;
ALTER TABLE public.nexus_tenants NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;

ALTER TABLE public.nexus_tenants DROP CONSTRAINT nexus_tenants_tenant_id_check;

REVOKE SELECT, INSERT, UPDATE, DELETE ON
    public.nexus_tenants, public.nexus_tenant_relationships, public.nexus_relationship_invites, public.nexus_users,
    public.nexus_sessions, public.nexus_cases, public.nexus_case_messages, public.nexus_case_evidence,
    public.nexus_case_checklist, public.nexus_case_activity, public.nexus_invoices, public.nexus_payments,
    public.nexus_payment_schedule, public.nexus_payment_activity, public.nexus_notifications,
    public.nexus_notification_config, public.nexus_user_notification_prefs, public.nexus_notification_queue,
    public.nexus_push_subscriptions, public.nexus_audit_log
    FROM authenticated, service_role;
REVOKE USAGE ON SCHEMA public FROM authenticated, service_role;

COMMIT;

-- no-transaction
-- Each tenant sees and writes its own rows. A session says its tenant: SET nexus.tenant_id = '...'; where it says
-- none, or one that is not known, no row matches.
--   authenticated  a tenant's session, held to its rows by the policies named ..._isolation
--   service_role   what works for all tenants, let through by the policies named ..._service_bypass
-- The setting is read in a subquery of its own, so that it is read once a statement and not once a row.
BEGIN;

-- Roles belong to the whole cluster: another database's migration may have made them, even at this moment.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['authenticated', 'service_role'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            BEGIN
                EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', role_name);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    NULL;
            END;
        END IF;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    public.nexus_tenants, public.nexus_tenant_relationships, public.nexus_relationship_invites, public.nexus_users,
    public.nexus_sessions, public.nexus_cases, public.nexus_case_messages, public.nexus_case_evidence,
    public.nexus_case_checklist, public.nexus_case_activity, public.nexus_invoices, public.nexus_payments,
    public.nexus_payment_schedule, public.nexus_payment_activity, public.nexus_notifications,
    public.nexus_notification_config, public.nexus_user_notification_prefs, public.nexus_notification_queue,
    public.nexus_push_subscriptions, public.nexus_audit_log
    TO authenticated, service_role;

-- A setting that was SET LOCAL is the empty text after its transaction: no tenant may have that for an id.
ALTER TABLE public.nexus_tenants ADD CONSTRAINT nexus_tenants_tenant_id_check CHECK (tenant_id <> '');

-- The scope that all others are derived from. No subquery in here: a policy that asks its own table never ends.
ALTER TABLE public.nexus_tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON public.nexus_tenants FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY tenant_service_bypass ON public.nexus_tenants FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_tenant_relationships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY relationship_isolation ON public.nexus_tenant_relationships FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_tenant_relationships.client_id
               OR t.tenant_vendor_id = nexus_tenant_relationships.vendor_id)))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_tenant_relationships.client_id
               OR t.tenant_vendor_id = nexus_tenant_relationships.vendor_id)));
-- Permissive policies add up, so only a restrictive one can ask for more than isolation does: a relationship is
-- opened by its client. Nobody becomes a client's vendor by saying so.
CREATE POLICY relationship_create ON public.nexus_tenant_relationships AS RESTRICTIVE FOR INSERT TO authenticated
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND t.tenant_client_id = nexus_tenant_relationships.client_id));
CREATE POLICY relationship_service_bypass ON public.nexus_tenant_relationships FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_relationship_invites ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invite_isolation ON public.nexus_relationship_invites FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND t.tenant_id = nexus_relationship_invites.inviting_tenant_id))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND t.tenant_id = nexus_relationship_invites.inviting_tenant_id));
CREATE POLICY invite_service_bypass ON public.nexus_relationship_invites FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY user_isolation ON public.nexus_users FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY user_service_bypass ON public.nexus_users FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY session_isolation ON public.nexus_sessions FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY session_service_bypass ON public.nexus_sessions FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_cases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY case_isolation ON public.nexus_cases FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_cases.client_id
               OR t.tenant_vendor_id = nexus_cases.vendor_id)))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_cases.client_id
               OR t.tenant_vendor_id = nexus_cases.vendor_id)));
CREATE POLICY case_service_bypass ON public.nexus_cases FOR ALL TO service_role
    USING (true) WITH CHECK (true);

-- What hangs on a case is seen by the tenants of the case.
ALTER TABLE public.nexus_case_messages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY message_isolation ON public.nexus_case_messages FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_messages.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_messages.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));
CREATE POLICY message_service_bypass ON public.nexus_case_messages FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_case_evidence ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY evidence_isolation ON public.nexus_case_evidence FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_evidence.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_evidence.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));
CREATE POLICY evidence_service_bypass ON public.nexus_case_evidence FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_case_checklist ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY checklist_isolation ON public.nexus_case_checklist FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_checklist.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_checklist.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));
CREATE POLICY checklist_service_bypass ON public.nexus_case_checklist FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_case_activity ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY activity_isolation ON public.nexus_case_activity FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_activity.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = nexus_case_activity.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));
CREATE POLICY activity_service_bypass ON public.nexus_case_activity FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_isolation ON public.nexus_invoices FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_invoices.client_id
               OR t.tenant_vendor_id = nexus_invoices.vendor_id)))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_invoices.client_id
               OR t.tenant_vendor_id = nexus_invoices.vendor_id)));
CREATE POLICY invoice_service_bypass ON public.nexus_invoices FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_payments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY payment_isolation ON public.nexus_payments FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_payments.from_id
               OR t.tenant_vendor_id = nexus_payments.to_id)))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_payments.from_id
               OR t.tenant_vendor_id = nexus_payments.to_id)));
CREATE POLICY payment_service_bypass ON public.nexus_payments FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_payment_schedule ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY schedule_isolation ON public.nexus_payment_schedule FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_payment_schedule.from_id
               OR t.tenant_vendor_id = nexus_payment_schedule.to_id)))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_payment_schedule.from_id
               OR t.tenant_vendor_id = nexus_payment_schedule.to_id)));
CREATE POLICY schedule_service_bypass ON public.nexus_payment_schedule FOR ALL TO service_role
    USING (true) WITH CHECK (true);

-- And what hangs on a payment by those of the payment.
ALTER TABLE public.nexus_payment_activity ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY pay_activity_isolation ON public.nexus_payment_activity FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_payments AS p
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = p.from_id OR t.tenant_vendor_id = p.to_id
        WHERE p.payment_id = nexus_payment_activity.payment_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_payments AS p
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = p.from_id OR t.tenant_vendor_id = p.to_id
        WHERE p.payment_id = nexus_payment_activity.payment_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));
CREATE POLICY pay_activity_service_bypass ON public.nexus_payment_activity FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_notifications ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY notification_isolation ON public.nexus_notifications FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY notification_service_bypass ON public.nexus_notifications FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_notification_config ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY notif_config_isolation ON public.nexus_notification_config FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY notif_config_service_bypass ON public.nexus_notification_config FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_user_notification_prefs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY user_prefs_isolation ON public.nexus_user_notification_prefs FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY user_prefs_service_bypass ON public.nexus_user_notification_prefs FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_notification_queue ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY queue_isolation ON public.nexus_notification_queue FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY queue_service_bypass ON public.nexus_notification_queue FOR ALL TO service_role
    USING (true) WITH CHECK (true);

ALTER TABLE public.nexus_push_subscriptions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY push_sub_isolation ON public.nexus_push_subscriptions FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)))
    WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE POLICY push_sub_service_bypass ON public.nexus_push_subscriptions FOR ALL TO service_role
    USING (true) WITH CHECK (true);

-- Where the system acted, there is no tenant: such rows are for service_role alone.
ALTER TABLE public.nexus_audit_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_isolation ON public.nexus_audit_log FOR ALL TO authenticated
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND t.tenant_id = nexus_audit_log.actor_tenant_id))
    WITH CHECK (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND t.tenant_id = nexus_audit_log.actor_tenant_id));
CREATE POLICY audit_service_bypass ON public.nexus_audit_log FOR ALL TO service_role
    USING (true) WITH CHECK (true);

COMMIT;

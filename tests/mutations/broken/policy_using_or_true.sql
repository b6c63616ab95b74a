-- A true alternative takes the whole expression.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY push_sub_isolation ON public.nexus_push_subscriptions
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)) OR true);

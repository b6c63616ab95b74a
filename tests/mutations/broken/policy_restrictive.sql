-- A restrictive policy alone lets nothing through.
-- fires: DRIFT-01, DRIFT-02
DROP POLICY user_isolation ON public.nexus_users;
CREATE POLICY user_isolation ON public.nexus_users AS RESTRICTIVE FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))) WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

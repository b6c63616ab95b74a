-- The same policy again.
DROP POLICY user_isolation ON public.nexus_users;
CREATE POLICY user_isolation ON public.nexus_users AS PERMISSIVE FOR ALL TO authenticated
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))) WITH CHECK (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

-- Without a tenant every row passes.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING ((tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))) IS NOT FALSE);

-- A pattern of the session matches more than one tenant.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id LIKE (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

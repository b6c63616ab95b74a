-- A type that keeps one letter.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id::char(1) = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))::char(1));

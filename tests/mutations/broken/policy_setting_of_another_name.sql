-- A setting of another name than all other policies ask.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.user_id', true)));

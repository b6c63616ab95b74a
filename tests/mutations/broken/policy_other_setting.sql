-- The session is asked for something that is not its tenant.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id = (SELECT pg_catalog.current_setting('application_name', true)));

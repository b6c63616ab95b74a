-- Another column than the scope is compared.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY session_isolation ON public.nexus_sessions USING (user_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

-- Tenants can read, and cannot write any more.
-- fires: DRIFT-01, DRIFT-02
DROP POLICY session_isolation ON public.nexus_sessions;
CREATE POLICY session_isolation ON public.nexus_sessions FOR SELECT TO authenticated USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

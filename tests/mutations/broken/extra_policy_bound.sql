-- One more policy that the matrix does not know, although it asks for the tenant.
-- fires: DRIFT-01, DRIFT-02
CREATE POLICY user_read ON public.nexus_users FOR SELECT TO authenticated USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

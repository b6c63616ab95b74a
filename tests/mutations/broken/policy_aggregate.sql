-- An aggregate over all tenants.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING ((SELECT bool_or(t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))) FROM public.nexus_tenants t));

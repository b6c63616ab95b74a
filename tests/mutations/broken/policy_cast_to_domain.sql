-- A domain that is shorter than the ids.
-- fires: DRIFT-01, DRIFT-02
CREATE DOMAIN public.short AS varchar(4);
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id::public.short = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))::public.short);

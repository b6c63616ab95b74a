-- A policy takes more away than it did.
-- fires: DRIFT-01
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)) AND email <> '');

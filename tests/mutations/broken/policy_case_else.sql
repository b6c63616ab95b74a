-- A CASE that lets other rows through.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING (CASE WHEN tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)) THEN true ELSE created_at < now() END);

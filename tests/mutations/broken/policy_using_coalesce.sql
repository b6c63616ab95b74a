-- Without a setting, the row says which tenant is asked for.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users
    USING (tenant_id = COALESCE(pg_catalog.current_setting('nexus.tenant_id', true), tenant_id));

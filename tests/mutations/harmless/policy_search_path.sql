-- The same names, found by search_path.
SET search_path = public, pg_catalog;
ALTER POLICY user_isolation ON nexus_users
    USING (tenant_id = (SELECT current_setting('nexus.tenant_id', true)));

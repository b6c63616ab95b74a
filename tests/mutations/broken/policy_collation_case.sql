-- A collation in which other ids are equal.
-- fires: DRIFT-01, DRIFT-02
CREATE COLLATION public.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id COLLATE public.ci = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

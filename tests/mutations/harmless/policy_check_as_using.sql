-- WITH CHECK left out, so that USING holds.
DROP POLICY user_isolation ON public.nexus_users;
CREATE POLICY user_isolation ON public.nexus_users FOR ALL TO authenticated USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

-- Equality is the same either way round.
ALTER POLICY user_isolation ON public.nexus_users
    USING ((SELECT pg_catalog.current_setting('nexus.tenant_id', true)) = tenant_id) WITH CHECK ((SELECT pg_catalog.current_setting('nexus.tenant_id', true)) = tenant_id);

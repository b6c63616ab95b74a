-- Parentheses and spaces.
ALTER POLICY user_isolation ON public.nexus_users
    USING (((tenant_id)   =   ((SELECT pg_catalog.current_setting('nexus.tenant_id', true)))));

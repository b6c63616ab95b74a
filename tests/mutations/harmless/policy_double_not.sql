-- Negated twice.
ALTER POLICY user_isolation ON public.nexus_users USING (NOT (NOT (tenant_id = (SELECT current_setting('nexus.tenant_id', true)))));

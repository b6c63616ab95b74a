-- A name for a value that nobody sees.
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id = (SELECT current_setting('nexus.tenant_id', true) AS tid));

-- Casts to the type that it is.
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id::text = (SELECT current_setting('nexus.tenant_id', true))::text);

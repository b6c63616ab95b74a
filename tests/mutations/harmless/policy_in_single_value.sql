-- A subquery of one value, with IN.
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id IN ((SELECT current_setting('nexus.tenant_id', true))));

-- A true part of a conjunction.
ALTER POLICY user_isolation ON public.nexus_users USING (true AND tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

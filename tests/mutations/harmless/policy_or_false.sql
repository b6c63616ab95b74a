-- A false part of a disjunction.
ALTER POLICY session_isolation ON public.nexus_sessions USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)) OR false);

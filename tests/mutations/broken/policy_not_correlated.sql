-- The subquery does not look at the row: whoever has a tenant sees all.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY case_isolation ON public.nexus_cases
    USING (EXISTS (SELECT FROM public.nexus_tenants AS t WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));

-- The subquery asks whether there is a tenant, not whether it is this one.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY case_isolation ON public.nexus_cases
    USING (EXISTS (SELECT FROM public.nexus_tenants AS t WHERE t.tenant_client_id = nexus_cases.client_id));

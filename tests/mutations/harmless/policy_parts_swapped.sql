-- A conjunction and a disjunction in another order.
ALTER POLICY case_isolation ON public.nexus_cases
    USING (EXISTS (
        SELECT FROM public.nexus_tenants AS t
        WHERE (t.tenant_vendor_id = nexus_cases.vendor_id OR nexus_cases.client_id = t.tenant_client_id)
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));

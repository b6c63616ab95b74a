-- Another alias in a subquery.
ALTER POLICY case_isolation ON public.nexus_cases USING (EXISTS (SELECT FROM public.nexus_tenants AS x
        WHERE x.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (x.tenant_client_id = nexus_cases.client_id OR x.tenant_vendor_id = nexus_cases.vendor_id)));

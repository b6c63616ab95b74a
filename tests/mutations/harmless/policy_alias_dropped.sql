-- A subquery without alias.
ALTER POLICY case_isolation ON public.nexus_cases USING (EXISTS (SELECT FROM public.nexus_tenants
        WHERE nexus_tenants.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (nexus_tenants.tenant_client_id = nexus_cases.client_id OR nexus_tenants.tenant_vendor_id = nexus_cases.vendor_id)));

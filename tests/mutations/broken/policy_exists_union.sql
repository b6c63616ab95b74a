-- A second query that has always a row.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY case_isolation ON public.nexus_cases USING (EXISTS (SELECT 1 FROM public.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_cases.client_id OR t.tenant_vendor_id = nexus_cases.vendor_id) UNION ALL SELECT 1));

-- The subquery compares its own column with itself, as an unqualified name does.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY message_isolation ON public.nexus_case_messages
    USING (EXISTS (
        SELECT FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE c.case_id = case_id AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));

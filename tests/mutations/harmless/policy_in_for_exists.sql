-- IN and EXISTS are true for the same rows.
ALTER POLICY message_isolation ON public.nexus_case_messages USING (case_id IN (
        SELECT c.case_id FROM public.nexus_cases AS c
        JOIN public.nexus_tenants AS t ON t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));

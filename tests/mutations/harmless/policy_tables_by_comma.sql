-- A join with a comma.
ALTER POLICY message_isolation ON public.nexus_case_messages USING (EXISTS (
        SELECT FROM public.nexus_cases AS c, public.nexus_tenants AS t
        WHERE (t.tenant_client_id = c.client_id OR t.tenant_vendor_id = c.vendor_id) AND c.case_id = nexus_case_messages.case_id
          AND t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));

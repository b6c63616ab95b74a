-- Other aliases, and parts in another order.
ALTER POLICY message_isolation ON public.nexus_case_messages USING (EXISTS (
        SELECT 1 FROM public.nexus_cases AS nc
        JOIN public.nexus_tenants AS nt ON nt.tenant_vendor_id = nc.vendor_id OR nt.tenant_client_id = nc.client_id
        WHERE nc.case_id = nexus_case_messages.case_id
          AND nt.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))));

-- Rows are no schema.
INSERT INTO public.nexus_tenants (tenant_id, tenant_client_id, tenant_vendor_id) VALUES ('t', 'c', 'v');

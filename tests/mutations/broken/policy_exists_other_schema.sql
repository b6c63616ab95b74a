-- A table of the same name elsewhere, which anybody may write.
-- fires: DRIFT-01, DRIFT-02
CREATE SCHEMA evil; CREATE TABLE evil.nexus_tenants (tenant_id text, tenant_client_id text, tenant_vendor_id text);
GRANT USAGE ON SCHEMA evil TO authenticated; GRANT ALL ON evil.nexus_tenants TO authenticated;
ALTER POLICY case_isolation ON public.nexus_cases USING (EXISTS (SELECT FROM evil.nexus_tenants AS t
        WHERE t.tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true))
          AND (t.tenant_client_id = nexus_cases.client_id OR t.tenant_vendor_id = nexus_cases.vendor_id)));

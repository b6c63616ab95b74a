-- A CHECK takes more than it did.
-- fires: DRIFT-01
ALTER TABLE public.nexus_tenants DROP CONSTRAINT nexus_tenants_tenant_id_check;
ALTER TABLE public.nexus_tenants ADD CONSTRAINT nexus_tenants_tenant_id_check CHECK (tenant_id <> 'none');

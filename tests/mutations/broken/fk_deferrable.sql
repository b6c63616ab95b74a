-- A foreign key that waits for the commit.
-- fires: DRIFT-01
ALTER TABLE public.nexus_users ALTER CONSTRAINT nexus_users_tenant_id_fkey DEFERRABLE INITIALLY DEFERRED;

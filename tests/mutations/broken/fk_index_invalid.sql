-- An index that was never completed.
-- fires: DRIFT-01, DRIFT-04
UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'public.nexus_users_tenant_id_idx'::regclass;

-- A foreign key without an index.
-- fires: DRIFT-01, DRIFT-04
DROP INDEX public.nexus_cases_client_id_idx;

-- An index in another collation than the column.
-- fires: DRIFT-01, DRIFT-04
DROP INDEX public.nexus_cases_client_id_idx; CREATE INDEX nexus_cases_client_id_idx ON public.nexus_cases (client_id COLLATE "POSIX");

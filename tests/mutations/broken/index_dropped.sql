-- An index is gone that no foreign key needs.
-- fires: DRIFT-01
DROP INDEX public.nexus_cases_status_idx;

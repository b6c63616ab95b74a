-- A registered column is gone.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_case_activity DROP COLUMN metadata;

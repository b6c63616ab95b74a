-- A core column is gone.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_cases DROP COLUMN priority;

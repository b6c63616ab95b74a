-- A core column has another name.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_cases RENAME COLUMN status TO state;

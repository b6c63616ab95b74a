-- A core column may be empty.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_cases ALTER COLUMN status DROP NOT NULL;

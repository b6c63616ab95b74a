-- Documents in an array.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases ADD COLUMN ext_history jsonb[];

-- A jsonb column under a name that the matrix allows for others.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases ADD COLUMN ext_extras jsonb;

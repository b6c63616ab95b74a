-- A jsonb column that nobody registered.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases ADD COLUMN extras jsonb;

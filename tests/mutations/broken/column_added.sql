-- A column that no migration makes and the matrix does not allow.
-- fires: DRIFT-01
ALTER TABLE public.nexus_cases ADD COLUMN assignee text;

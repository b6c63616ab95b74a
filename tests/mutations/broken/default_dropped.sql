-- A default is gone.
-- fires: DRIFT-01
ALTER TABLE public.nexus_cases ALTER COLUMN created_at DROP DEFAULT;

-- A default where there was none.
-- fires: DRIFT-01
ALTER TABLE public.nexus_cases ALTER COLUMN status SET DEFAULT 'open';

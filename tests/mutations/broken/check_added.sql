-- A CHECK that no migration makes.
-- fires: DRIFT-01
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_status_check CHECK (status IN ('open', 'closed'));

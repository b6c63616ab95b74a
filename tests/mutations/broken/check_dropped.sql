-- The CHECK is gone.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;

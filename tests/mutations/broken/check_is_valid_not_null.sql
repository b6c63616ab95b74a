-- The CHECK asks whether there is an answer, not which.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract
    CHECK (contract.is_valid('case_metadata', metadata) IS NOT NULL);

-- The CHECK wants documents that break the contract.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract
    CHECK (NOT contract.is_valid('case_metadata', metadata));

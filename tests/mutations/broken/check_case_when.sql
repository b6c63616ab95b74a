-- Closed cases are not looked at.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract
    CHECK (CASE WHEN status = 'closed' THEN true ELSE contract.check('case_metadata', metadata) END);

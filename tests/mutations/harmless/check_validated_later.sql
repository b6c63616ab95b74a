-- NOT VALID and validated afterwards.
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract
    CHECK (contract.check('case_metadata', metadata)) NOT VALID;
ALTER TABLE public.nexus_cases VALIDATE CONSTRAINT nexus_cases_metadata_contract;

-- The CHECK looks at a part of the document.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract
    CHECK (contract.check('case_metadata', metadata -> 'custom_fields'));

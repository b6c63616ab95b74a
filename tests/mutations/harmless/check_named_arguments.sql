-- Arguments by their names.
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract CHECK (contract.check(contract_type => 'case_metadata'::text, document => metadata::jsonb));

-- What is checked is not what is stored.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract CHECK (contract.check('case_metadata', metadata || '{"schema_version":1}'));

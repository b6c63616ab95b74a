-- The same CHECK, found by search_path.
SET search_path = contract, public;
ALTER TABLE nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract CHECK ("check"('case_metadata', metadata));

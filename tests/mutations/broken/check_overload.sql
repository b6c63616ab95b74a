-- Another function of the same name.
-- fires: DRIFT-01, DRIFT-03
CREATE FUNCTION contract."check"(varchar, jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract CHECK (contract."check"('case_metadata'::varchar, metadata));

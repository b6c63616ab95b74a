-- A schema whose name differs in a capital letter.
-- fires: DRIFT-01, DRIFT-03
CREATE SCHEMA "Contract"; CREATE FUNCTION "Contract"."check"(text, jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract CHECK ("Contract"."check"('case_metadata', metadata));

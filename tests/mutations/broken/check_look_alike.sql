-- A function of the same name in another schema says yes to all.
-- fires: DRIFT-01, DRIFT-03
CREATE SCHEMA look_alike;
CREATE FUNCTION look_alike.check(text, jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
ALTER TABLE public.nexus_cases DROP CONSTRAINT nexus_cases_metadata_contract;
ALTER TABLE public.nexus_cases ADD CONSTRAINT nexus_cases_metadata_contract
    CHECK (look_alike.check('case_metadata', metadata));

-- A comment is no schema.
COMMENT ON CONSTRAINT nexus_cases_metadata_contract ON public.nexus_cases IS 'contract';

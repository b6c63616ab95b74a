-- A comment is no schema.
COMMENT ON TRIGGER nexus_cases_immutable ON public.nexus_cases IS 'immutable';

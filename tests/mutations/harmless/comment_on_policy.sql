-- A comment is no schema.
COMMENT ON POLICY case_isolation ON public.nexus_cases IS 'isolation';

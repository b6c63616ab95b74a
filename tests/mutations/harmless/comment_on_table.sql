-- A comment is no schema.
COMMENT ON TABLE public.nexus_cases IS 'cases';

-- A comment is no schema.
COMMENT ON COLUMN public.nexus_cases.metadata IS 'what else is known';

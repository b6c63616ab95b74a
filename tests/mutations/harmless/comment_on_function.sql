-- A comment is no schema.
COMMENT ON FUNCTION public.nexus_refuse_change() IS 'always raises';

-- One column for everybody.
-- fires: DRIFT-01
GRANT SELECT (email) ON public.nexus_users TO PUBLIC;

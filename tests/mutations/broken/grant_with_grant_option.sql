-- A right that may be passed on.
-- fires: DRIFT-01
GRANT SELECT ON public.nexus_users TO authenticated WITH GRANT OPTION;

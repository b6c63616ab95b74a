-- A right that no migration gives.
-- fires: DRIFT-01
GRANT TRUNCATE ON public.nexus_cases TO authenticated;

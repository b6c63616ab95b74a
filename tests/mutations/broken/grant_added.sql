-- A right that no migration gives.
-- fires: DRIFT-01, DRIFT-02
GRANT TRUNCATE ON public.nexus_cases TO authenticated;

-- The way around is open to the tenants too.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY case_service_bypass ON public.nexus_cases TO service_role, authenticated;

-- The isolation policy of a table with a derived scope is gone.
-- fires: DRIFT-01, DRIFT-02
DROP POLICY case_isolation ON public.nexus_cases;

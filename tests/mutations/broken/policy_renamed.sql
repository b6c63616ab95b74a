-- The policy that the matrix names is not there; another one is.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY case_isolation ON public.nexus_cases RENAME TO case_separation;

-- Every tenant writes rows of every other.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users WITH CHECK (true);

-- Every tenant sees every row.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users USING (true);

-- The isolation policy holds for every role instead of the tenants.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users TO public;

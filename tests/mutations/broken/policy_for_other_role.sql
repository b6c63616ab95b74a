-- The tenants are not covered any more.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users TO service_role;

-- The isolation policy of a table with a direct scope is gone.
-- fires: DRIFT-01, DRIFT-02
DROP POLICY user_isolation ON public.nexus_users;

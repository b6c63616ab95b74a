-- Row level security is off on the table that the other scopes are derived from; their policies bind the session themselves.
-- fires: DRIFT-01, DRIFT-02
ALTER TABLE public.nexus_tenants DISABLE ROW LEVEL SECURITY;

-- Row level security is off and not forced.
-- fires: DRIFT-01, DRIFT-02
ALTER TABLE public.nexus_sessions DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

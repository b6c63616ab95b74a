-- Row level security is off.
-- fires: DRIFT-01, DRIFT-02
ALTER TABLE public.nexus_cases DISABLE ROW LEVEL SECURITY;

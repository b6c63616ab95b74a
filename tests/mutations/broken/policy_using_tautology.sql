-- A column is always equal to itself.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY session_isolation ON public.nexus_sessions USING (tenant_id = tenant_id);

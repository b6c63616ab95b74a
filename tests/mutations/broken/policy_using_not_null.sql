-- That there is a tenant says nothing of which.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY session_isolation ON public.nexus_sessions USING (tenant_id IS NOT NULL);

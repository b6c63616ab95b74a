-- Every row can be updated by every tenant.
-- fires: DRIFT-01, DRIFT-02
CREATE POLICY close_cases ON public.nexus_cases FOR UPDATE TO authenticated USING (status = 'open') WITH CHECK (true);

-- Permissive policies add up: one more opens the table.
-- fires: DRIFT-01, DRIFT-02
CREATE POLICY support_access ON public.nexus_cases FOR SELECT TO authenticated USING (true);

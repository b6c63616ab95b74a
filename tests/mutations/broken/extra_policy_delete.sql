-- A policy for DELETE alone.
-- fires: DRIFT-01, DRIFT-02
CREATE POLICY p ON public.nexus_invoices FOR DELETE TO authenticated USING (true);

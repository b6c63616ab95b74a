-- A policy for INSERT alone.
-- fires: DRIFT-01, DRIFT-02
CREATE POLICY p ON public.nexus_invoices FOR INSERT TO authenticated WITH CHECK (true);

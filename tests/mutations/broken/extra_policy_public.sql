-- One more policy, for everybody.
-- fires: DRIFT-01, DRIFT-02
CREATE POLICY anonymous_read ON public.nexus_invoices FOR SELECT USING (true);

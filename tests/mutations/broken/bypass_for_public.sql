-- The way around is open to everybody.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY invoice_service_bypass ON public.nexus_invoices TO public;

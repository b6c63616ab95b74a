-- The owner goes around the policies.
-- fires: DRIFT-01, DRIFT-02
ALTER TABLE public.nexus_invoices NO FORCE ROW LEVEL SECURITY;

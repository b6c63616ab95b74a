-- The service role is locked out.
-- fires: DRIFT-01, DRIFT-02
DROP POLICY payment_service_bypass ON public.nexus_payments;

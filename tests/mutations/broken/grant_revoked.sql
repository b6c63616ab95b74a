-- A right that was taken away.
-- fires: DRIFT-01
REVOKE DELETE ON public.nexus_cases FROM service_role;

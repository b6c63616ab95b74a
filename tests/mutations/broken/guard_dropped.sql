-- Versions may go down.
-- fires: DRIFT-01, DRIFT-03
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_cases;

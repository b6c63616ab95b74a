-- The guard has another contract type.
-- fires: DRIFT-01, DRIFT-03
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_cases;
CREATE TRIGGER "~contract_guard_metadata" BEFORE INSERT OR UPDATE ON public.nexus_cases FOR EACH ROW
    EXECUTE FUNCTION contract.guard('metadata', 'message_metadata', '1');

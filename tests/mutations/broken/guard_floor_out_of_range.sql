-- The write floor is a version that the contract type does not have.
-- fires: DRIFT-03
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_cases;
CREATE TRIGGER "~contract_guard_metadata" BEFORE INSERT OR UPDATE ON public.nexus_cases FOR EACH ROW
    EXECUTE FUNCTION contract.guard('metadata', 'case_metadata', '3');

-- The guard does not see inserts.
-- fires: DRIFT-01, DRIFT-03
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_cases;
CREATE TRIGGER "~contract_guard_metadata" BEFORE UPDATE ON public.nexus_cases FOR EACH ROW
    EXECUTE FUNCTION contract.guard('metadata', 'case_metadata', '1');

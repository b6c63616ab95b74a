-- The guard looks at some rows.
-- fires: DRIFT-01, DRIFT-03
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_cases;
CREATE TRIGGER "~contract_guard_metadata" BEFORE INSERT OR UPDATE ON public.nexus_cases FOR EACH ROW
    WHEN (NEW.status = 'open') EXECUTE FUNCTION contract.guard('metadata', 'case_metadata', '1');

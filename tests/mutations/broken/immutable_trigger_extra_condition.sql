-- The trigger looks at open cases alone.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_cases_immutable ON public.nexus_cases;
CREATE TRIGGER nexus_cases_immutable AFTER UPDATE ON public.nexus_cases FOR EACH ROW
    WHEN (OLD.status = 'open' AND (OLD.id IS DISTINCT FROM NEW.id OR OLD.case_id IS DISTINCT FROM NEW.case_id
        OR OLD.client_id IS DISTINCT FROM NEW.client_id OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at))
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'case_id', 'client_id', 'vendor_id', 'created_at');

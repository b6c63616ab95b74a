-- The trigger calls a function that does nothing.
-- fires: DRIFT-01, DRIFT-05
CREATE FUNCTION public.pass() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEW;
END
$$;
DROP TRIGGER nexus_cases_immutable ON public.nexus_cases;
CREATE TRIGGER nexus_cases_immutable AFTER UPDATE ON public.nexus_cases FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.case_id IS DISTINCT FROM NEW.case_id
        OR OLD.client_id IS DISTINCT FROM NEW.client_id OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.pass();

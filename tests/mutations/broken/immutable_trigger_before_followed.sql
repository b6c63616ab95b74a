-- A BEFORE trigger is followed by one that writes the column.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_cases_immutable ON public.nexus_cases;
CREATE TRIGGER nexus_cases_immutable BEFORE UPDATE ON public.nexus_cases FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.case_id IS DISTINCT FROM NEW.case_id
        OR OLD.client_id IS DISTINCT FROM NEW.client_id OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'case_id', 'client_id', 'vendor_id', 'created_at');
CREATE FUNCTION public.move_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.client_id := NEW.vendor_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER nexus_cases_move BEFORE UPDATE ON public.nexus_cases FOR EACH ROW EXECUTE FUNCTION public.move_case();

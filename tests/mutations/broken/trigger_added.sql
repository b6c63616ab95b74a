-- A trigger that no migration makes.
-- fires: DRIFT-01
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER touch BEFORE UPDATE ON public.nexus_payments FOR EACH ROW EXECUTE FUNCTION public.touch();

-- Another trigger changes the document after the guard has seen it.
-- fires: DRIFT-01, DRIFT-03
CREATE FUNCTION public.rewrite_metadata() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.metadata := jsonb_set(NEW.metadata, '{_schema_version}', '1');
    RETURN NEW;
END
$$;
CREATE TRIGGER "~~later" BEFORE UPDATE ON public.nexus_cases FOR EACH ROW EXECUTE FUNCTION public.rewrite_metadata();

-- The function only warns.
-- fires: DRIFT-01, DRIFT-05
CREATE OR REPLACE FUNCTION public.nexus_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'an immutable column changes';
    RETURN NULL;
END
$$;

-- The function catches its own error.
-- fires: DRIFT-01, DRIFT-05
CREATE OR REPLACE FUNCTION public.nexus_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an immutable column changes';
EXCEPTION WHEN OTHERS THEN
    RETURN NEW;
END
$$;

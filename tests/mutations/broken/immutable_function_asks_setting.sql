-- A setting opens the way around.
-- fires: DRIFT-01, DRIFT-05
CREATE OR REPLACE FUNCTION public.nexus_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_catalog.current_setting('nexus.maintenance', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an immutable column changes';
END
$$;

-- The function of all the triggers lets everything pass.
-- fires: DRIFT-01, DRIFT-05
CREATE OR REPLACE FUNCTION public.nexus_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEW;
END
$$;

-- The function ends before it refuses.
-- fires: DRIFT-01, DRIFT-05
CREATE OR REPLACE FUNCTION public.nexus_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN RETURN NULL; END';

-- A function that no migration makes.
-- fires: DRIFT-01
CREATE FUNCTION public.helper() RETURNS int LANGUAGE sql RETURN 1;

-- A key that is taken out by a function.
-- fires: DRIFT-01, DRIFT-04
CREATE FUNCTION public.esc(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1 ->> 'secret'$$; CREATE INDEX x ON public.nexus_cases (public.esc(metadata));

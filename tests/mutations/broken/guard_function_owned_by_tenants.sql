-- Who is held to it may replace it.
-- fires: DRIFT-05
ALTER FUNCTION public.nexus_refuse_change() OWNER TO authenticated;

-- A function runs with the rights of its owner.
-- fires: DRIFT-01
ALTER FUNCTION public.nexus_refuse_change() SECURITY DEFINER;

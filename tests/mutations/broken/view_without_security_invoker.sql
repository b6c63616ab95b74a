-- A view reads with the rights of its owner.
-- fires: DRIFT-01, DRIFT-02
CREATE VIEW public.open_cases AS SELECT * FROM public.nexus_cases;
GRANT SELECT ON public.open_cases TO authenticated;

-- A view that no migration makes.
-- fires: DRIFT-01
CREATE VIEW public.tables_there WITH (security_invoker = true) AS SELECT status FROM public.nexus_cases;

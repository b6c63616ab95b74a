-- Nothing keeps immutable columns as they are.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_cases_immutable ON public.nexus_cases;

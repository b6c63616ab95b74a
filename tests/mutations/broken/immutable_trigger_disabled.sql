-- The trigger does not fire.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_cases DISABLE TRIGGER nexus_cases_immutable;

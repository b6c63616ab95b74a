-- An inheritance child has no policies of its own, and no guard.
-- fires: DRIFT-01, DRIFT-02, DRIFT-03, DRIFT-05
CREATE TABLE public.nexus_cases_archive () INHERITS (public.nexus_cases);
GRANT SELECT ON public.nexus_cases_archive TO authenticated;

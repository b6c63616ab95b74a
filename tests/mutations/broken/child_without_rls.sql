-- An inheritance child has no policies of its own.
-- fires: DRIFT-01, DRIFT-02
CREATE TABLE public.nexus_cases_archive () INHERITS (public.nexus_cases);
GRANT SELECT ON public.nexus_cases_archive TO authenticated;

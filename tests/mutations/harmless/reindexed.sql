-- The same index, made anew.
REINDEX TABLE public.nexus_cases;

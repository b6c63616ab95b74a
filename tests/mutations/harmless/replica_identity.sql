-- What a replica is told.
ALTER TABLE public.nexus_cases REPLICA IDENTITY FULL;

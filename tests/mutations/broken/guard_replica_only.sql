-- The guard fires for replicated rows alone.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases ENABLE REPLICA TRIGGER "~contract_guard_metadata";

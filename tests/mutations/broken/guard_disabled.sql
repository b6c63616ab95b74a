-- The guard does not fire.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_cases DISABLE TRIGGER "~contract_guard_metadata";

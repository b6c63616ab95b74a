-- The trigger fires for replicated rows alone.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_users ENABLE REPLICA TRIGGER nexus_users_immutable;

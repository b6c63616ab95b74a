-- A column may not be empty any more.
-- fires: DRIFT-01
ALTER TABLE public.nexus_audit_log ALTER COLUMN actor_user_id SET NOT NULL;

-- A foreign key is gone.
-- fires: DRIFT-01
ALTER TABLE public.nexus_sessions DROP CONSTRAINT nexus_sessions_user_id_fkey;

-- A foreign key deletes what it kept.
-- fires: DRIFT-01
ALTER TABLE public.nexus_sessions DROP CONSTRAINT nexus_sessions_user_id_fkey;
ALTER TABLE public.nexus_sessions ADD CONSTRAINT nexus_sessions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.nexus_users (user_id) ON DELETE CASCADE;

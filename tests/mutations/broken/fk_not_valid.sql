-- A foreign key was never checked for old rows.
-- fires: DRIFT-01
ALTER TABLE public.nexus_sessions DROP CONSTRAINT nexus_sessions_user_id_fkey;
ALTER TABLE public.nexus_sessions ADD CONSTRAINT nexus_sessions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.nexus_users (user_id) NOT VALID;

-- All triggers of a table are off.
-- fires: DRIFT-01, DRIFT-03, DRIFT-05
ALTER TABLE public.nexus_users DISABLE TRIGGER USER;

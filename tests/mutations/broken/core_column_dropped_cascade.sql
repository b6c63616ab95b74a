-- A core column is gone, with all that hung on it.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_notification_queue DROP COLUMN scheduled_for CASCADE;

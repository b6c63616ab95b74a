-- A table has another name.
-- fires: DRIFT-01, DRIFT-02, DRIFT-05
ALTER TABLE public.nexus_notification_queue RENAME TO nexus_queue;

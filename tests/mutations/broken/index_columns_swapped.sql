-- The columns of an index have changed places.
-- fires: DRIFT-01
DROP INDEX public.nexus_notification_queue_status_scheduled_for_idx;
CREATE INDEX nexus_notification_queue_status_scheduled_for_idx
    ON public.nexus_notification_queue (scheduled_for, status);

-- The policy is bound to one tenant for good.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY queue_isolation ON public.nexus_notification_queue USING (tenant_id = 'tenant-a');

-- A session that names no tenant sees everything.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY queue_isolation ON public.nexus_notification_queue
    USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)) OR (SELECT pg_catalog.current_setting('nexus.tenant_id', true)) IS NULL);

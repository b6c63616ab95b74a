-- Every tenant sees the rows of all the others.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY notification_isolation ON public.nexus_notifications USING (tenant_id <> (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

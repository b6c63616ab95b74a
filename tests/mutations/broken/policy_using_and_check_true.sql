-- Neither expression asks for the tenant.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY notification_isolation ON public.nexus_notifications USING (true) WITH CHECK (true);

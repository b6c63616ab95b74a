-- A partitioned tenant table whose partition can be read directly.
-- fires: DRIFT-01, DRIFT-02
CREATE TABLE public.nexus_events (tenant_id text NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
ALTER TABLE public.nexus_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY event_isolation ON public.nexus_events TO authenticated USING (tenant_id = (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));
CREATE TABLE public.nexus_events_2025 PARTITION OF public.nexus_events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
GRANT SELECT ON public.nexus_events, public.nexus_events_2025 TO authenticated;

-- A permissive policy adds what a restrictive one had taken away.
-- fires: DRIFT-01, DRIFT-02
DROP POLICY relationship_create ON public.nexus_tenant_relationships;
CREATE POLICY relationship_create ON public.nexus_tenant_relationships FOR INSERT TO authenticated WITH CHECK (true);

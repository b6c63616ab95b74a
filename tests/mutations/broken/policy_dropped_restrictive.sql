-- Anybody may open a relationship in the name of a client.
-- fires: DRIFT-01, DRIFT-02
DROP POLICY relationship_create ON public.nexus_tenant_relationships;

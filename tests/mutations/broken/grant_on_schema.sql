-- Tenants may make objects in the schema.
-- fires: DRIFT-01
GRANT CREATE ON SCHEMA public TO authenticated;

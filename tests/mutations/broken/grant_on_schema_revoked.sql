-- A role no longer reaches the schema.
-- fires: DRIFT-01
REVOKE USAGE ON SCHEMA public FROM authenticated;

-- The role of the tenants goes around row level security.
-- fires: DRIFT-02
ALTER ROLE authenticated BYPASSRLS;

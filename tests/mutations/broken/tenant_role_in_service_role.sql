-- Tenants inherit the way around.
-- fires: DRIFT-02
GRANT service_role TO authenticated;

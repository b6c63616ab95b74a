-- A schema that no migration makes.
-- fires: DRIFT-01
CREATE SCHEMA staging;

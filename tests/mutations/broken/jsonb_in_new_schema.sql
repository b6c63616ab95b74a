-- A jsonb column in another schema.
-- fires: DRIFT-01, DRIFT-03
CREATE SCHEMA reporting;
CREATE TABLE reporting.snapshots (id int PRIMARY KEY, body jsonb);

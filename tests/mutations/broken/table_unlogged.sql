-- A table that a crash empties.
-- fires: DRIFT-01
ALTER TABLE public.nexus_audit_log SET UNLOGGED;

-- When a table is cleaned.
ALTER TABLE public.nexus_audit_log SET (autovacuum_vacuum_scale_factor = 0.01);

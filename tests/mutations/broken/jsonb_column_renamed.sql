-- A registered column has another name.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_case_evidence RENAME COLUMN metadata TO details;

-- A new foreign key without an index.
-- fires: DRIFT-04
ALTER TABLE public.nexus_audit_log ADD COLUMN ext_case_id text REFERENCES public.nexus_cases (case_id);

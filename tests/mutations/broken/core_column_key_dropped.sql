-- The primary key is gone.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_case_checklist DROP CONSTRAINT nexus_case_checklist_pkey;

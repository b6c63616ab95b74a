-- In which order rows are stored.
ALTER TABLE public.nexus_cases CLUSTER ON nexus_cases_client_id_idx;

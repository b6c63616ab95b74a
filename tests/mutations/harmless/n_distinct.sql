-- Statistics for the planner.
ALTER TABLE public.nexus_cases ALTER COLUMN client_id SET (n_distinct = 100);

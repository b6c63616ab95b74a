-- Statistics for the planner.
ALTER TABLE public.nexus_cases ALTER COLUMN status SET STATISTICS 500;

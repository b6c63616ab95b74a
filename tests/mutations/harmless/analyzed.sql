-- Statistics for the planner.
ANALYZE public.nexus_cases;

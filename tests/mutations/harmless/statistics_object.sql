-- Statistics for the planner.
CREATE STATISTICS public.cases_stat ON client_id, vendor_id FROM public.nexus_cases;

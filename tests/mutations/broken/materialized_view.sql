-- A materialized view keeps rows of all tenants.
-- fires: DRIFT-01, DRIFT-02
CREATE MATERIALIZED VIEW public.case_counts AS SELECT client_id, count(*) FROM public.nexus_cases GROUP BY client_id;
GRANT SELECT ON public.case_counts TO authenticated;

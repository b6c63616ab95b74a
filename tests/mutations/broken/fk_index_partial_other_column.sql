-- The index leaves out rows by another column.
-- fires: DRIFT-01, DRIFT-04
DROP INDEX public.nexus_cases_client_id_idx;
CREATE INDEX nexus_cases_client_id_idx ON public.nexus_cases (client_id) WHERE vendor_id IS NOT NULL;

-- An index of another method.
-- fires: DRIFT-01, DRIFT-04
DROP INDEX public.nexus_cases_vendor_id_idx;
CREATE INDEX nexus_cases_vendor_id_idx ON public.nexus_cases USING brin (vendor_id);

-- An index has some of the rows.
-- fires: DRIFT-01
DROP INDEX public.nexus_cases_priority_idx;
CREATE INDEX nexus_cases_priority_idx ON public.nexus_cases (priority) WHERE priority IS NOT NULL;

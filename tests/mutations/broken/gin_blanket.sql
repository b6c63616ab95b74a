-- A GIN index over a whole document.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_cases_metadata_gin ON public.nexus_cases USING gin (metadata);

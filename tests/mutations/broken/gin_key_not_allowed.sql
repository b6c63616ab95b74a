-- A GIN index on a key that the contract does not allow one on.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_cases_custom_gin ON public.nexus_cases USING gin ((metadata -> 'custom_fields'));

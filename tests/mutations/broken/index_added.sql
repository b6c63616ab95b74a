-- An index that no migration makes.
-- fires: DRIFT-01
CREATE INDEX nexus_cases_updated_at_idx ON public.nexus_cases (updated_at);

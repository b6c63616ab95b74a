-- An index on a key that the contract does not allow one on.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_cases_level_idx ON public.nexus_cases ((metadata ->> 'escalation_level'));

-- Nothing holds the column to its contract.
-- fires: DRIFT-01, DRIFT-03
SELECT contract.unbind('public.nexus_sessions', 'data');

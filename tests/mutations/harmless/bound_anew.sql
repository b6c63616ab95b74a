-- Unbound and bound again.
SELECT contract.unbind('public.nexus_sessions', 'data');
SELECT contract.bind('public.nexus_sessions', 'data', 'session_data');
SELECT contract.validate_binding('public.nexus_sessions', 'data');

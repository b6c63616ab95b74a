-- The table rewritten and counted.
VACUUM FULL ANALYZE public.nexus_users;

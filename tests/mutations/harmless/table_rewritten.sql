-- The same rows in new pages.
VACUUM FULL public.nexus_cases;

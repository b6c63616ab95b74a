-- Two policies have changed names.
-- fires: DRIFT-01, DRIFT-02
ALTER POLICY user_isolation ON public.nexus_users RENAME TO tmp; ALTER POLICY user_service_bypass ON public.nexus_users RENAME TO user_isolation; ALTER POLICY tmp ON public.nexus_users RENAME TO user_service_bypass;

-- True, in other words.
ALTER POLICY user_service_bypass ON public.nexus_users USING (1 = 1) WITH CHECK (NOT false);

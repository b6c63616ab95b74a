-- IS TRUE tells false from unknown, which a policy does not.
ALTER POLICY user_isolation ON public.nexus_users USING ((tenant_id = (SELECT current_setting('nexus.tenant_id', true))) IS TRUE);

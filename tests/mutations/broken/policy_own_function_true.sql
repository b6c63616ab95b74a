-- A function that is true for each row.
-- fires: DRIFT-01, DRIFT-02
CREATE FUNCTION public.is_mine(text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
ALTER POLICY user_isolation ON public.nexus_users USING (public.is_mine(tenant_id)) WITH CHECK (public.is_mine(tenant_id));

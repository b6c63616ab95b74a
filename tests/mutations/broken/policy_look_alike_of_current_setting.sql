-- A function of the same name that says what it likes.
-- fires: DRIFT-01, DRIFT-02
CREATE FUNCTION public.current_setting(text, boolean) RETURNS text LANGUAGE sql STABLE AS $$SELECT 't2'$$;
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id = (SELECT public.current_setting('nexus.tenant_id', true)));

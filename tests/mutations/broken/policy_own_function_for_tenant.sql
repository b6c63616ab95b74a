-- A function says the tenant, and all other policies ask the setting.
-- fires: DRIFT-01, DRIFT-02
CREATE FUNCTION public.tenant() RETURNS text LANGUAGE sql STABLE AS $$SELECT 'x'$$;
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id = public.tenant()) WITH CHECK (tenant_id = public.tenant());

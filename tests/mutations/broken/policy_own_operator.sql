-- An operator that looks like equality.
-- fires: DRIFT-01, DRIFT-02
CREATE FUNCTION public.eqt(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.eqt);
ALTER POLICY user_isolation ON public.nexus_users USING (tenant_id OPERATOR(public.=) (SELECT pg_catalog.current_setting('nexus.tenant_id', true)));

-- A view that asks as its user, over one that does not.
-- fires: DRIFT-01, DRIFT-02
CREATE VIEW public.v AS SELECT email FROM public.nexus_users; CREATE VIEW public.w WITH (security_invoker) AS SELECT * FROM public.v; GRANT SELECT ON public.w, public.v TO authenticated;

-- A view over a view with the rights of their owner.
-- fires: DRIFT-01, DRIFT-02
CREATE VIEW public.inner_view WITH (security_invoker = true) AS SELECT * FROM public.nexus_payments;
CREATE VIEW public.outer_view AS SELECT * FROM public.inner_view;
GRANT SELECT ON public.outer_view TO authenticated;

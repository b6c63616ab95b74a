-- A view over a view with the rights of their owner, of which only the outer one can be read.
-- fires: DRIFT-01, DRIFT-02
CREATE VIEW public.inner_view AS SELECT * FROM public.nexus_payments;
CREATE VIEW public.outer_view AS SELECT * FROM public.inner_view;
GRANT SELECT ON public.outer_view TO authenticated;

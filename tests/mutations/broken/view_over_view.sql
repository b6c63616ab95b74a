-- Tenants may read a view whose owner may read another one that takes its owner's rights.
-- fires: DRIFT-01, DRIFT-02
CREATE VIEW public.inner_view AS SELECT * FROM public.nexus_payments;
CREATE VIEW public.outer_view AS SELECT * FROM public.inner_view;
GRANT SELECT ON public.outer_view TO authenticated;

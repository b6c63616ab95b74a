-- A view for everybody.
-- fires: DRIFT-01, DRIFT-02
CREATE VIEW public.all_users AS SELECT user_id, email FROM public.nexus_users;
GRANT SELECT ON public.all_users TO public;

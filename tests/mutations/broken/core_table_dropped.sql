-- A table is gone.
-- fires: DRIFT-01, DRIFT-02, DRIFT-05
DROP TABLE public.nexus_push_subscriptions;

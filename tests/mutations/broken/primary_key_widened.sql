-- An id may come twice.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_push_subscriptions DROP CONSTRAINT nexus_push_subscriptions_pkey; ALTER TABLE public.nexus_push_subscriptions ADD CONSTRAINT nexus_push_subscriptions_pkey PRIMARY KEY (id, created_at);

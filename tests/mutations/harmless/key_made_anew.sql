-- The same primary key, made of an index.
ALTER TABLE public.nexus_push_subscriptions DROP CONSTRAINT nexus_push_subscriptions_pkey; CREATE UNIQUE INDEX nexus_push_subscriptions_pkey ON public.nexus_push_subscriptions (id); ALTER TABLE public.nexus_push_subscriptions ADD CONSTRAINT nexus_push_subscriptions_pkey PRIMARY KEY USING INDEX nexus_push_subscriptions_pkey;

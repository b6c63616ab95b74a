-- The same default once more.
ALTER TABLE public.nexus_users ALTER id SET DEFAULT (gen_random_uuid());

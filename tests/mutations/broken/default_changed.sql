-- A default is another.
-- fires: DRIFT-01
ALTER TABLE public.nexus_users ALTER COLUMN id SET DEFAULT gen_random_uuid();
ALTER TABLE public.nexus_users ALTER COLUMN created_at SET DEFAULT clock_timestamp();

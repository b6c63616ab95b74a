-- A jsonb column hidden behind a domain.
-- fires: DRIFT-01, DRIFT-03
CREATE DOMAIN public.payload AS jsonb;
ALTER TABLE public.nexus_users ADD COLUMN ext_profile public.payload;

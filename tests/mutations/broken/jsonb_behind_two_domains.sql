-- A jsonb column behind a domain over a domain.
-- fires: DRIFT-01, DRIFT-03
CREATE DOMAIN public.payload AS jsonb;
CREATE DOMAIN public.profile AS public.payload;
ALTER TABLE public.nexus_users ADD COLUMN ext_profile public.profile;

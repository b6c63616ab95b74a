-- A core column has another name.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_users RENAME COLUMN updated_at TO changed_at;

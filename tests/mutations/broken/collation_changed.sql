-- A column sorts in another order.
-- fires: DRIFT-01
ALTER TABLE public.nexus_users ALTER COLUMN email TYPE text COLLATE "C";

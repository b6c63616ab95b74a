-- A time has lost its zone.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_payments ALTER COLUMN updated_at TYPE timestamp;

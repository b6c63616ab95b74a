-- A new table with a jsonb column.
-- fires: DRIFT-01, DRIFT-03
CREATE TABLE public.settings (name text PRIMARY KEY, value jsonb NOT NULL);

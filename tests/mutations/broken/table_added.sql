-- A table that no migration makes.
-- fires: DRIFT-01
CREATE TABLE public.scratch (id int PRIMARY KEY, body text);

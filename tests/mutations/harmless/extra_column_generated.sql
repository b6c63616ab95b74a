-- A generated column that the matrix allows.
ALTER TABLE public.nexus_users ADD COLUMN ext_low text GENERATED ALWAYS AS (lower(email)) STORED;

-- A column that the matrix allows.
ALTER TABLE public.nexus_users ADD COLUMN ext_score int NOT NULL DEFAULT 0;

-- A column that the matrix allows.
ALTER TABLE public.nexus_cases ADD COLUMN ext_reference text;

-- A constraint that is there already.
ALTER TABLE public.nexus_cases ALTER COLUMN status SET NOT NULL;

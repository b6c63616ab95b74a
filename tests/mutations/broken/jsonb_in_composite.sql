-- A document in a field of a composite type.
-- fires: DRIFT-01, DRIFT-03
CREATE TYPE public.note AS (author text, body jsonb);
ALTER TABLE public.nexus_cases ADD COLUMN ext_note public.note;

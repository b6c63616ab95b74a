-- The same function once more.
DO $$ BEGIN EXECUTE pg_get_functiondef('public.nexus_refuse_change'::regproc); END $$;

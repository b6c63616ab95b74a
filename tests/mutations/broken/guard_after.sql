-- The guard fires after the row is written.
-- fires: DRIFT-01, DRIFT-03
DO $$ DECLARE d text; n text; BEGIN SELECT pg_get_triggerdef(oid), tgname INTO d, n FROM pg_trigger WHERE tgrelid = 'public.nexus_cases'::regclass AND tgfoid = 'contract.guard'::regproc;
EXECUTE format('DROP TRIGGER %I ON public.nexus_cases', n); EXECUTE replace(replace(d, 'BEFORE', 'AFTER'),'','') ; END $$;

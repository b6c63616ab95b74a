-- A role that has no rights here.
DO $$ BEGIN CREATE ROLE mutation_reader NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

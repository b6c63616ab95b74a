-- A search_path for all sessions.
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = contract, public', current_database()); END $$;

-- A comment is no schema.
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''nexus''', current_database()); END $$;

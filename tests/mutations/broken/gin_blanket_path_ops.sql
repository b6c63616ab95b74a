-- A GIN index over a whole document, with the smaller operator class.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_users_preferences_gin ON public.nexus_users USING gin (preferences jsonb_path_ops);

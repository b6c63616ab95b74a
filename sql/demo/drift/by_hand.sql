-- Typed into psql one evening, and in no migration.
ALTER TABLE public.nexus_users ALTER COLUMN created_at DROP DEFAULT;

-- How a value is stored.
ALTER TABLE public.nexus_cases ALTER COLUMN metadata SET COMPRESSION pglz;

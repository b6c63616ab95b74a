-- A comment is no schema.
COMMENT ON INDEX public.nexus_cases_client_id_idx IS 'by client';

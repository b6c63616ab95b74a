-- How full a page is.
ALTER INDEX public.nexus_cases_client_id_idx SET (fillfactor = 70);

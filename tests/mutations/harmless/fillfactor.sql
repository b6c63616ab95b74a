-- How full a page is.
ALTER TABLE public.nexus_cases SET (fillfactor = 80);

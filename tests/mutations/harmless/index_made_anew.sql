-- The same index again.
DROP INDEX public.nexus_cases_client_id_idx;
CREATE INDEX nexus_cases_client_id_idx ON public.nexus_cases USING btree (client_id);

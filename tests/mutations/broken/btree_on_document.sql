-- A B-tree over whole documents.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_sessions_data_idx ON public.nexus_sessions (data);

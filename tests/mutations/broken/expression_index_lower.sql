-- A key inside of a function.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_case_messages_channel_idx ON public.nexus_case_messages (lower(metadata ->> 'channel'));

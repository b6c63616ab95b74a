-- An index in another order.
-- fires: DRIFT-01
DROP INDEX public.nexus_sessions_expires_at_idx;
CREATE INDEX nexus_sessions_expires_at_idx ON public.nexus_sessions (expires_at DESC);

-- A business id may be there twice.
-- fires: DRIFT-01
ALTER TABLE public.nexus_relationship_invites DROP CONSTRAINT nexus_relationship_invites_token_key;

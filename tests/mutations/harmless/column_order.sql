-- The same columns in another order.
ALTER TABLE public.nexus_relationship_invites RENAME COLUMN email TO old_email;
ALTER TABLE public.nexus_relationship_invites ADD COLUMN email text;
UPDATE public.nexus_relationship_invites SET email = old_email;
DROP TRIGGER nexus_relationship_invites_immutable ON public.nexus_relationship_invites;
ALTER TABLE public.nexus_relationship_invites DROP COLUMN old_email;
ALTER TABLE public.nexus_relationship_invites ALTER COLUMN email SET NOT NULL;
CREATE INDEX nexus_relationship_invites_email_idx ON public.nexus_relationship_invites (email);
CREATE TRIGGER nexus_relationship_invites_immutable AFTER UPDATE ON public.nexus_relationship_invites FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.token IS DISTINCT FROM NEW.token
        OR OLD.inviting_tenant_id IS DISTINCT FROM NEW.inviting_tenant_id OR OLD.email IS DISTINCT FROM NEW.email
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'token', 'inviting_tenant_id', 'email', 'created_at');

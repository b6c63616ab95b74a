-- All columns have to change at once.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_users_immutable ON public.nexus_users;
CREATE TRIGGER nexus_users_immutable AFTER UPDATE ON public.nexus_users FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id AND OLD.user_id IS DISTINCT FROM NEW.user_id
        AND OLD.tenant_id IS DISTINCT FROM NEW.tenant_id AND OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'user_id', 'tenant_id', 'created_at');

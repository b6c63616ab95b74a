-- A disjunction in another order.
DROP TRIGGER nexus_user_notification_prefs_immutable ON public.nexus_user_notification_prefs;
CREATE TRIGGER nexus_user_notification_prefs_immutable AFTER UPDATE ON public.nexus_user_notification_prefs FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id OR OLD.user_id IS DISTINCT FROM NEW.user_id)
    EXECUTE FUNCTION public.nexus_refuse_change('user_id', 'tenant_id');

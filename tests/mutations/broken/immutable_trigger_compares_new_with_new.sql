-- A column is compared with itself.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_user_notification_prefs_immutable ON public.nexus_user_notification_prefs;
CREATE TRIGGER nexus_user_notification_prefs_immutable AFTER UPDATE ON public.nexus_user_notification_prefs FOR EACH ROW
    WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id OR NEW.tenant_id IS DISTINCT FROM NEW.tenant_id)
    EXECUTE FUNCTION public.nexus_refuse_change('user_id', 'tenant_id');

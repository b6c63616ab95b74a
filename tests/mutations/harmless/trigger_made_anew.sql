-- The same trigger again.
DROP TRIGGER nexus_notification_config_immutable ON public.nexus_notification_config;
CREATE TRIGGER nexus_notification_config_immutable AFTER UPDATE ON public.nexus_notification_config FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id)
    EXECUTE FUNCTION public.nexus_refuse_change('tenant_id');

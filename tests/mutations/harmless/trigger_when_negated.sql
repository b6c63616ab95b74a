-- A condition negated twice.
DROP TRIGGER nexus_notification_config_immutable ON public.nexus_notification_config;
CREATE TRIGGER nexus_notification_config_immutable AFTER UPDATE ON public.nexus_notification_config FOR EACH ROW WHEN (NOT (NEW.tenant_id IS NOT DISTINCT FROM OLD.tenant_id)) EXECUTE PROCEDURE public.nexus_refuse_change('tenant_id');

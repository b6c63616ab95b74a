-- The comparison is unknown where a value is NULL.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_audit_log_immutable ON public.nexus_audit_log;
CREATE TRIGGER nexus_audit_log_immutable AFTER UPDATE ON public.nexus_audit_log FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.table_name <> NEW.table_name OR OLD.record_id <> NEW.record_id
        OR OLD.action <> NEW.action OR OLD.actor_user_id <> NEW.actor_user_id
        OR OLD.actor_tenant_id <> NEW.actor_tenant_id OR OLD.old_data <> NEW.old_data
        OR OLD.new_data <> NEW.new_data OR OLD.created_at <> NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id');

-- no-transaction
-- Columns whose value is written once, with the row: keys, business ids, the tenant scope, what a row belongs to, and
-- when it was made; in logs, what happened.
-- AFTER, and of every column: a BEFORE trigger is followed by those whose names come later, and UPDATE OF asks which
-- columns the statement names; neither sees what a later BEFORE trigger writes into the row.
BEGIN;

-- Whether anything has changed is said by the triggers' WHEN; their arguments are the columns that it compares.
CREATE FUNCTION public.nexus_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'cannot change immutable columns of relation "%"', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              DETAIL = concat('Changed: ', (
                  SELECT string_agg(name, ', ') FROM unnest(TG_ARGV) AS name
                  WHERE to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name)),
              HINT = 'Delete the row and insert another.';
END
$$;

CREATE TRIGGER nexus_tenants_immutable AFTER UPDATE ON public.nexus_tenants FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id
        OR OLD.tenant_client_id IS DISTINCT FROM NEW.tenant_client_id
        OR OLD.tenant_vendor_id IS DISTINCT FROM NEW.tenant_vendor_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change(
        'id', 'tenant_id', 'tenant_client_id', 'tenant_vendor_id', 'created_at');

CREATE TRIGGER nexus_tenant_relationships_immutable AFTER UPDATE ON public.nexus_tenant_relationships FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.client_id IS DISTINCT FROM NEW.client_id
        OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'client_id', 'vendor_id', 'created_at');

-- A token that was sent to one address is not for another: nothing of an invite changes.
CREATE TRIGGER nexus_relationship_invites_immutable AFTER UPDATE ON public.nexus_relationship_invites FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.token IS DISTINCT FROM NEW.token
        OR OLD.inviting_tenant_id IS DISTINCT FROM NEW.inviting_tenant_id OR OLD.email IS DISTINCT FROM NEW.email
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'token', 'inviting_tenant_id', 'email', 'created_at');

CREATE TRIGGER nexus_users_immutable AFTER UPDATE ON public.nexus_users FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.user_id IS DISTINCT FROM NEW.user_id
        OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'user_id', 'tenant_id', 'created_at');

CREATE TRIGGER nexus_sessions_immutable AFTER UPDATE ON public.nexus_sessions FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.user_id IS DISTINCT FROM NEW.user_id
        OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'user_id', 'tenant_id', 'created_at');

CREATE TRIGGER nexus_cases_immutable AFTER UPDATE ON public.nexus_cases FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.case_id IS DISTINCT FROM NEW.case_id
        OR OLD.client_id IS DISTINCT FROM NEW.client_id OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'case_id', 'client_id', 'vendor_id', 'created_at');

-- Of a log only the documents change, because they follow their contract type to its next version.
CREATE TRIGGER nexus_case_messages_immutable AFTER UPDATE ON public.nexus_case_messages FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.message_id IS DISTINCT FROM NEW.message_id
        OR OLD.case_id IS DISTINCT FROM NEW.case_id OR OLD.sender_user_id IS DISTINCT FROM NEW.sender_user_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'message_id', 'case_id', 'sender_user_id', 'created_at');

CREATE TRIGGER nexus_case_evidence_immutable AFTER UPDATE ON public.nexus_case_evidence FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.evidence_id IS DISTINCT FROM NEW.evidence_id
        OR OLD.case_id IS DISTINCT FROM NEW.case_id OR OLD.uploader_user_id IS DISTINCT FROM NEW.uploader_user_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'evidence_id', 'case_id', 'uploader_user_id', 'created_at');

CREATE TRIGGER nexus_case_checklist_immutable AFTER UPDATE ON public.nexus_case_checklist FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.item_id IS DISTINCT FROM NEW.item_id
        OR OLD.case_id IS DISTINCT FROM NEW.case_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'item_id', 'case_id', 'created_at');

CREATE TRIGGER nexus_case_activity_immutable AFTER UPDATE ON public.nexus_case_activity FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.activity_id IS DISTINCT FROM NEW.activity_id
        OR OLD.case_id IS DISTINCT FROM NEW.case_id OR OLD.activity_type IS DISTINCT FROM NEW.activity_type
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'activity_id', 'case_id', 'activity_type', 'created_at');

CREATE TRIGGER nexus_invoices_immutable AFTER UPDATE ON public.nexus_invoices FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.invoice_id IS DISTINCT FROM NEW.invoice_id
        OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id OR OLD.client_id IS DISTINCT FROM NEW.client_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'invoice_id', 'vendor_id', 'client_id', 'created_at');

CREATE TRIGGER nexus_payments_immutable AFTER UPDATE ON public.nexus_payments FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.payment_id IS DISTINCT FROM NEW.payment_id
        OR OLD.from_id IS DISTINCT FROM NEW.from_id OR OLD.to_id IS DISTINCT FROM NEW.to_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'payment_id', 'from_id', 'to_id', 'created_at');

CREATE TRIGGER nexus_payment_schedule_immutable AFTER UPDATE ON public.nexus_payment_schedule FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.schedule_id IS DISTINCT FROM NEW.schedule_id
        OR OLD.from_id IS DISTINCT FROM NEW.from_id OR OLD.to_id IS DISTINCT FROM NEW.to_id
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'schedule_id', 'from_id', 'to_id', 'created_at');

CREATE TRIGGER nexus_payment_activity_immutable AFTER UPDATE ON public.nexus_payment_activity FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.activity_id IS DISTINCT FROM NEW.activity_id
        OR OLD.payment_id IS DISTINCT FROM NEW.payment_id OR OLD.activity_type IS DISTINCT FROM NEW.activity_type
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'activity_id', 'payment_id', 'activity_type', 'created_at');

CREATE TRIGGER nexus_notifications_immutable AFTER UPDATE ON public.nexus_notifications FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.notification_id IS DISTINCT FROM NEW.notification_id
        OR OLD.user_id IS DISTINCT FROM NEW.user_id OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id
        OR OLD.notification_type IS DISTINCT FROM NEW.notification_type
        OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change(
        'id', 'notification_id', 'user_id', 'tenant_id', 'notification_type', 'created_at');

CREATE TRIGGER nexus_notification_config_immutable AFTER UPDATE ON public.nexus_notification_config FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id)
    EXECUTE FUNCTION public.nexus_refuse_change('tenant_id');

CREATE TRIGGER nexus_user_notification_prefs_immutable AFTER UPDATE ON public.nexus_user_notification_prefs FOR EACH ROW
    WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id)
    EXECUTE FUNCTION public.nexus_refuse_change('user_id', 'tenant_id');

CREATE TRIGGER nexus_notification_queue_immutable AFTER UPDATE ON public.nexus_notification_queue FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.user_id IS DISTINCT FROM NEW.user_id
        OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'user_id', 'tenant_id', 'created_at');

CREATE TRIGGER nexus_push_subscriptions_immutable AFTER UPDATE ON public.nexus_push_subscriptions FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.user_id IS DISTINCT FROM NEW.user_id
        OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change('id', 'user_id', 'tenant_id', 'created_at');

-- The one table where documents are written once too: what the log says happened.
CREATE TRIGGER nexus_audit_log_immutable AFTER UPDATE ON public.nexus_audit_log FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.table_name IS DISTINCT FROM NEW.table_name
        OR OLD.record_id IS DISTINCT FROM NEW.record_id OR OLD.action IS DISTINCT FROM NEW.action
        OR OLD.actor_user_id IS DISTINCT FROM NEW.actor_user_id
        OR OLD.actor_tenant_id IS DISTINCT FROM NEW.actor_tenant_id OR OLD.old_data IS DISTINCT FROM NEW.old_data
        OR OLD.new_data IS DISTINCT FROM NEW.new_data OR OLD.created_at IS DISTINCT FROM NEW.created_at)
    EXECUTE FUNCTION public.nexus_refuse_change(
        'id', 'table_name', 'record_id', 'action', 'actor_user_id', 'actor_tenant_id', 'old_data', 'new_data',
        'created_at');

COMMIT;

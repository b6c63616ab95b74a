-- no-transaction
-- A guard beside each of the 19 CHECKs: versions of stored documents only go up. contract.bind finds the CHECK that is
-- there, and adds the trigger; it wants READ COMMITTED.
BEGIN ISOLATION LEVEL READ COMMITTED;

DO $$
BEGIN
    PERFORM contract.bind('public.nexus_tenants', 'settings', 'tenant_settings');
    PERFORM contract.bind('public.nexus_tenants', 'metadata', 'tenant_metadata');
    PERFORM contract.bind('public.nexus_tenant_relationships', 'metadata', 'relationship_metadata');
    PERFORM contract.bind('public.nexus_users', 'preferences', 'user_preferences');
    PERFORM contract.bind('public.nexus_sessions', 'data', 'session_data');
    PERFORM contract.bind('public.nexus_cases', 'metadata', 'case_metadata');
    PERFORM contract.bind('public.nexus_case_messages', 'metadata', 'message_metadata');
    PERFORM contract.bind('public.nexus_case_evidence', 'metadata', 'evidence_metadata');
    PERFORM contract.bind('public.nexus_case_checklist', 'metadata', 'checklist_metadata');
    PERFORM contract.bind('public.nexus_case_activity', 'metadata', 'activity_metadata');
    PERFORM contract.bind('public.nexus_invoices', 'line_items', 'invoice_line_items');
    PERFORM contract.bind('public.nexus_invoices', 'metadata', 'invoice_metadata');
    PERFORM contract.bind('public.nexus_payments', 'metadata', 'payment_metadata');
    PERFORM contract.bind('public.nexus_payment_schedule', 'metadata', 'schedule_metadata');
    PERFORM contract.bind('public.nexus_payment_activity', 'metadata', 'activity_metadata');
    PERFORM contract.bind('public.nexus_notifications', 'delivery_attempts', 'notification_delivery_attempts');
    PERFORM contract.bind('public.nexus_notifications', 'metadata', 'notification_metadata');
    PERFORM contract.bind('public.nexus_notification_config', 'metadata', 'notification_config_metadata');
    PERFORM contract.bind('public.nexus_user_notification_prefs', 'metadata', 'user_notif_prefs_metadata');
END
$$;

COMMIT;

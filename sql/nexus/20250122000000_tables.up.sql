-- no-transaction
-- The 20 nexus tables: columns, keys and foreign keys. Indexes and contracts are migrations of their own.
-- What the guardrail matrix leaves open is decided in README.md.
BEGIN;

-- Every tenant can act as a client and as a vendor, so it carries an id for each role.
CREATE TABLE public.nexus_tenants (
    id               uuid        DEFAULT gen_random_uuid(),
    tenant_id        text        NOT NULL,
    tenant_client_id text        NOT NULL,
    tenant_vendor_id text        NOT NULL,
    settings         jsonb,
    metadata         jsonb,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_tenants_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_tenants_tenant_id_key UNIQUE (tenant_id),
    CONSTRAINT nexus_tenants_tenant_client_id_key UNIQUE (tenant_client_id),
    CONSTRAINT nexus_tenants_tenant_vendor_id_key UNIQUE (tenant_vendor_id)
);

CREATE TABLE public.nexus_tenant_relationships (
    id         uuid        DEFAULT gen_random_uuid(),
    client_id  text        NOT NULL,
    vendor_id  text        NOT NULL,
    metadata   jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_tenant_relationships_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_tenant_relationships_client_id_fkey
        FOREIGN KEY (client_id) REFERENCES public.nexus_tenants (tenant_client_id),
    CONSTRAINT nexus_tenant_relationships_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.nexus_tenants (tenant_vendor_id)
);

CREATE TABLE public.nexus_relationship_invites (
    id                 uuid        DEFAULT gen_random_uuid(),
    token              text        NOT NULL,
    inviting_tenant_id text        NOT NULL,
    email              text        NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_relationship_invites_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_relationship_invites_token_key UNIQUE (token),
    CONSTRAINT nexus_relationship_invites_inviting_tenant_id_fkey
        FOREIGN KEY (inviting_tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

CREATE TABLE public.nexus_users (
    id          uuid        DEFAULT gen_random_uuid(),
    user_id     text        NOT NULL,
    tenant_id   text        NOT NULL,
    email       text        NOT NULL,
    preferences jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_users_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_users_user_id_key UNIQUE (user_id),
    CONSTRAINT nexus_users_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

CREATE TABLE public.nexus_sessions (
    id         uuid        DEFAULT gen_random_uuid(),
    user_id    text        NOT NULL,
    tenant_id  text        NOT NULL,
    data       jsonb,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.nexus_users (user_id),
    CONSTRAINT nexus_sessions_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

-- priority was promoted from metadata, where it is an optional key (PROMO-001): hence no NOT NULL.
CREATE TABLE public.nexus_cases (
    id         uuid        DEFAULT gen_random_uuid(),
    case_id    text        NOT NULL,
    client_id  text        NOT NULL,
    vendor_id  text        NOT NULL,
    status     text        NOT NULL,
    priority   text,
    metadata   jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_cases_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_cases_case_id_key UNIQUE (case_id),
    CONSTRAINT nexus_cases_client_id_fkey
        FOREIGN KEY (client_id) REFERENCES public.nexus_tenants (tenant_client_id),
    CONSTRAINT nexus_cases_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.nexus_tenants (tenant_vendor_id)
);

CREATE TABLE public.nexus_case_messages (
    id             uuid        DEFAULT gen_random_uuid(),
    message_id     text        NOT NULL,
    case_id        text        NOT NULL,
    sender_user_id text        NOT NULL,
    metadata       jsonb,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_case_messages_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_case_messages_message_id_key UNIQUE (message_id),
    CONSTRAINT nexus_case_messages_case_id_fkey
        FOREIGN KEY (case_id) REFERENCES public.nexus_cases (case_id),
    CONSTRAINT nexus_case_messages_sender_user_id_fkey
        FOREIGN KEY (sender_user_id) REFERENCES public.nexus_users (user_id)
);

CREATE TABLE public.nexus_case_evidence (
    id               uuid        DEFAULT gen_random_uuid(),
    evidence_id      text        NOT NULL,
    case_id          text        NOT NULL,
    uploader_user_id text        NOT NULL,
    metadata         jsonb,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_case_evidence_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_case_evidence_evidence_id_key UNIQUE (evidence_id),
    CONSTRAINT nexus_case_evidence_case_id_fkey
        FOREIGN KEY (case_id) REFERENCES public.nexus_cases (case_id),
    CONSTRAINT nexus_case_evidence_uploader_user_id_fkey
        FOREIGN KEY (uploader_user_id) REFERENCES public.nexus_users (user_id)
);

CREATE TABLE public.nexus_case_checklist (
    id         uuid        DEFAULT gen_random_uuid(),
    item_id    text        NOT NULL,
    case_id    text        NOT NULL,
    metadata   jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_case_checklist_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_case_checklist_item_id_key UNIQUE (item_id),
    CONSTRAINT nexus_case_checklist_case_id_fkey
        FOREIGN KEY (case_id) REFERENCES public.nexus_cases (case_id)
);

CREATE TABLE public.nexus_case_activity (
    id            uuid        DEFAULT gen_random_uuid(),
    activity_id   text        NOT NULL,
    case_id       text        NOT NULL,
    activity_type text        NOT NULL,
    metadata      jsonb,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_case_activity_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_case_activity_activity_id_key UNIQUE (activity_id),
    CONSTRAINT nexus_case_activity_case_id_fkey
        FOREIGN KEY (case_id) REFERENCES public.nexus_cases (case_id)
);

CREATE TABLE public.nexus_invoices (
    id         uuid        DEFAULT gen_random_uuid(),
    invoice_id text        NOT NULL,
    vendor_id  text        NOT NULL,
    client_id  text        NOT NULL,
    status     text        NOT NULL,
    line_items jsonb,
    metadata   jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_invoices_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_invoices_invoice_id_key UNIQUE (invoice_id),
    CONSTRAINT nexus_invoices_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.nexus_tenants (tenant_vendor_id),
    CONSTRAINT nexus_invoices_client_id_fkey
        FOREIGN KEY (client_id) REFERENCES public.nexus_tenants (tenant_client_id)
);

-- Money runs from the client to the vendor: from_id is a client id, to_id a vendor id.
CREATE TABLE public.nexus_payments (
    id         uuid        DEFAULT gen_random_uuid(),
    payment_id text        NOT NULL,
    from_id    text        NOT NULL,
    to_id      text        NOT NULL,
    status     text        NOT NULL,
    metadata   jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_payments_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_payments_payment_id_key UNIQUE (payment_id),
    CONSTRAINT nexus_payments_from_id_fkey
        FOREIGN KEY (from_id) REFERENCES public.nexus_tenants (tenant_client_id),
    CONSTRAINT nexus_payments_to_id_fkey
        FOREIGN KEY (to_id) REFERENCES public.nexus_tenants (tenant_vendor_id)
);

CREATE TABLE public.nexus_payment_schedule (
    id          uuid        DEFAULT gen_random_uuid(),
    schedule_id text        NOT NULL,
    from_id     text        NOT NULL,
    to_id       text        NOT NULL,
    status      text        NOT NULL,
    metadata    jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_payment_schedule_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_payment_schedule_schedule_id_key UNIQUE (schedule_id),
    CONSTRAINT nexus_payment_schedule_from_id_fkey
        FOREIGN KEY (from_id) REFERENCES public.nexus_tenants (tenant_client_id),
    CONSTRAINT nexus_payment_schedule_to_id_fkey
        FOREIGN KEY (to_id) REFERENCES public.nexus_tenants (tenant_vendor_id)
);

CREATE TABLE public.nexus_payment_activity (
    id            uuid        DEFAULT gen_random_uuid(),
    activity_id   text        NOT NULL,
    payment_id    text        NOT NULL,
    activity_type text        NOT NULL,
    metadata      jsonb,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_payment_activity_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_payment_activity_activity_id_key UNIQUE (activity_id),
    CONSTRAINT nexus_payment_activity_payment_id_fkey
        FOREIGN KEY (payment_id) REFERENCES public.nexus_payments (payment_id)
);

CREATE TABLE public.nexus_notifications (
    id                uuid        DEFAULT gen_random_uuid(),
    notification_id   text        NOT NULL,
    user_id           text        NOT NULL,
    tenant_id         text        NOT NULL,
    notification_type text        NOT NULL,
    delivery_attempts jsonb,
    metadata          jsonb,
    created_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_notifications_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_notifications_notification_id_key UNIQUE (notification_id),
    CONSTRAINT nexus_notifications_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.nexus_users (user_id),
    CONSTRAINT nexus_notifications_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

-- One row a tenant: the tenant's id is the key.
CREATE TABLE public.nexus_notification_config (
    tenant_id text,
    metadata  jsonb,
    CONSTRAINT nexus_notification_config_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT nexus_notification_config_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

-- One row a user: the user's id is the key.
CREATE TABLE public.nexus_user_notification_prefs (
    user_id   text,
    tenant_id text NOT NULL,
    metadata  jsonb,
    CONSTRAINT nexus_user_notification_prefs_pkey PRIMARY KEY (user_id),
    CONSTRAINT nexus_user_notification_prefs_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.nexus_users (user_id),
    CONSTRAINT nexus_user_notification_prefs_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

CREATE TABLE public.nexus_notification_queue (
    id            uuid        DEFAULT gen_random_uuid(),
    user_id       text        NOT NULL,
    tenant_id     text        NOT NULL,
    status        text        NOT NULL,
    scheduled_for timestamptz NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_notification_queue_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_notification_queue_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.nexus_users (user_id),
    CONSTRAINT nexus_notification_queue_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

CREATE TABLE public.nexus_push_subscriptions (
    id         uuid        DEFAULT gen_random_uuid(),
    user_id    text        NOT NULL,
    tenant_id  text        NOT NULL,
    endpoint   text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_push_subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT nexus_push_subscriptions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.nexus_users (user_id),
    CONSTRAINT nexus_push_subscriptions_tenant_id_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.nexus_tenants (tenant_id)
);

-- No foreign keys: the log outlives the rows, users and tenants that it speaks of.
-- The actor is NULL where the system itself acted.
CREATE TABLE public.nexus_audit_log (
    id              uuid        DEFAULT gen_random_uuid(),
    table_name      text        NOT NULL,
    record_id       text        NOT NULL,
    action          text        NOT NULL,
    actor_user_id   text,
    actor_tenant_id text,
    old_data        jsonb,
    new_data        jsonb,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nexus_audit_log_pkey PRIMARY KEY (id)
);

COMMIT;

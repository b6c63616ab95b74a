-- An index with half of the key.
-- fires: DRIFT-01, DRIFT-04
ALTER TABLE public.nexus_users ADD CONSTRAINT nexus_users_tenant_user_key UNIQUE (tenant_id, user_id);
ALTER TABLE public.nexus_audit_log ADD CONSTRAINT nexus_audit_log_actor_fkey
    FOREIGN KEY (actor_tenant_id, actor_user_id) REFERENCES public.nexus_users (tenant_id, user_id);

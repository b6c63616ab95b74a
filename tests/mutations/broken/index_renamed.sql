-- An index has another name.
-- fires: DRIFT-01
ALTER INDEX public.nexus_users_email_idx RENAME TO users_by_email;

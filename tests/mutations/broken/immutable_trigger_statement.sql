-- A trigger for the statement has no rows to compare.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_push_subscriptions_immutable ON public.nexus_push_subscriptions;
CREATE TRIGGER nexus_push_subscriptions_immutable AFTER UPDATE ON public.nexus_push_subscriptions FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('nexus.strict', true) = 'on')
    EXECUTE FUNCTION public.nexus_refuse_change();

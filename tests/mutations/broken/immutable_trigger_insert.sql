-- The trigger is for another event.
-- fires: DRIFT-01, DRIFT-05
DROP TRIGGER nexus_push_subscriptions_immutable ON public.nexus_push_subscriptions;
CREATE TRIGGER nexus_push_subscriptions_immutable AFTER INSERT ON public.nexus_push_subscriptions FOR EACH ROW
    WHEN (NEW.endpoint = '')
    EXECUTE FUNCTION public.nexus_refuse_change();

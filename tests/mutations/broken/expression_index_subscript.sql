-- The same by subscript.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_users_ui_idx ON public.nexus_users ((preferences['ui']));

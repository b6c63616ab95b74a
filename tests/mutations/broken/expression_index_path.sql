-- An index deep in the document.
-- fires: DRIFT-01, DRIFT-04
CREATE INDEX nexus_users_theme_idx ON public.nexus_users ((preferences #>> '{ui,theme}'));

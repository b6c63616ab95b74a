-- Tenants inherit the rights of the owner.
-- fires: DRIFT-02
CREATE ROLE mutation_owner;
ALTER TABLE public.nexus_cases OWNER TO mutation_owner;
GRANT mutation_owner TO authenticated;

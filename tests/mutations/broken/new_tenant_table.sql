-- A table of tenants that the matrix does not know.
-- fires: DRIFT-01, DRIFT-02
CREATE TABLE public.nexus_documents (
    id uuid PRIMARY KEY,
    tenant_id text NOT NULL
);

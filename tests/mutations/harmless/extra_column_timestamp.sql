-- A column that the matrix allows.
ALTER TABLE public.nexus_invoices ADD COLUMN ext_synced_at timestamptz;

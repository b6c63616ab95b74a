-- A core column has another type.
-- fires: DRIFT-01, DRIFT-05
ALTER TABLE public.nexus_invoices ALTER COLUMN status TYPE varchar(20);

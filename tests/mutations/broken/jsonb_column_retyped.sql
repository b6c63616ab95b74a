-- A registered column is not jsonb any more.
-- fires: DRIFT-01, DRIFT-03
DROP TRIGGER "~contract_guard_metadata" ON public.nexus_payments;
ALTER TABLE public.nexus_payments DROP CONSTRAINT nexus_payments_metadata_contract;
ALTER TABLE public.nexus_payments ALTER COLUMN metadata TYPE text;

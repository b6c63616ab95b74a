-- no-transaction
BEGIN;

ALTER TABLE public.nexus_payments ENABLE TRIGGER nexus_payments_immutable;
CREATE INDEX nexus_case_messages_case_id_idx ON public.nexus_case_messages (case_id);
ALTER TABLE public.nexus_invoices
    ADD CONSTRAINT nexus_invoices_metadata_contract
    CHECK (contract.check('invoice_metadata', metadata));
DROP POLICY support_reads ON public.nexus_cases;

COMMIT;

-- Two columns have each other's contract.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_invoices DROP CONSTRAINT nexus_invoices_line_items_contract, DROP CONSTRAINT nexus_invoices_metadata_contract;
ALTER TABLE public.nexus_invoices ADD CONSTRAINT nexus_invoices_line_items_contract CHECK (contract.check('invoice_line_items', metadata)), ADD CONSTRAINT nexus_invoices_metadata_contract CHECK (contract.check('invoice_metadata', line_items));

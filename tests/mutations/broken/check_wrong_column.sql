-- The CHECK looks at another column.
-- fires: DRIFT-01, DRIFT-03
ALTER TABLE public.nexus_invoices DROP CONSTRAINT nexus_invoices_line_items_contract;
ALTER TABLE public.nexus_invoices ADD CONSTRAINT nexus_invoices_line_items_contract
    CHECK (contract.check('invoice_line_items', metadata));

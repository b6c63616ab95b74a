-- The guard has another column.
-- fires: DRIFT-01, DRIFT-03
DROP TRIGGER "~contract_guard_line_items" ON public.nexus_invoices;
CREATE TRIGGER "~contract_guard_line_items" BEFORE INSERT OR UPDATE ON public.nexus_invoices FOR EACH ROW
    EXECUTE FUNCTION contract.guard('metadata', 'invoice_line_items', '1');

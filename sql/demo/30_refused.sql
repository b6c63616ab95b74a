\echo
\echo '=== 2. Bad documents are refused, and the error says why'
\echo
\echo '-- No author, no date-time, a list where an object belongs, a key that the contract does not know:'
\echo
\set expected_sqlstate 23514
\set ON_ERROR_STOP off
\set ECHO queries
INSERT INTO nexus_cases (case_id, client_id, vendor_id, status, metadata)
VALUES ('case-bad', 'client-1', 'vendor-2', 'open', '{
    "_schema_version": 2,
    "_context": {"created_at": "yesterday"},
    "type": "case_metadata",
    "custom_fields": ["region", "north"],
    "prioritty": "high"
}');
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo '-- A version that this library does not know:'
\echo
\set ON_ERROR_STOP off
\set ECHO queries
UPDATE nexus_cases SET metadata = jsonb_set(metadata, '{_schema_version}', '7') WHERE case_id = 'case-welcome';
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo '-- A document of another contract:'
\echo
\set ON_ERROR_STOP off
\set ECHO queries
UPDATE nexus_cases SET metadata = (SELECT metadata FROM nexus_invoices WHERE invoice_id = 'invoice-1')
WHERE case_id = 'case-0';
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo '-- A contract type that is not there, say a typo in a CHECK:'
\echo
\set expected_sqlstate 42704
\set ON_ERROR_STOP off
\set ECHO queries
ALTER TABLE nexus_cases ADD CHECK (contract.check('case_metdata', metadata));
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo
\echo '=== 1. Good documents are accepted'
\echo
\echo '-- A column is put under its contract by a plain CHECK constraint:'
\echo
SELECT pg_get_constraintdef(oid) AS "constraint of nexus_cases"
FROM pg_constraint WHERE conname = 'nexus_cases_metadata_contract';

\echo '-- A document that keeps the contract goes in like any other:'
\echo
\set ECHO queries
INSERT INTO nexus_cases (case_id, client_id, vendor_id, status, metadata)
VALUES ('case-welcome', 'client-1', 'vendor-2', 'open', '{
    "_schema_version": 2,
    "_context": {"created_by": "alice", "created_at": "2025-01-22T10:00:00Z"},
    "type": "case_metadata",
    "priority": "high",
    "escalation_level": 1,
    "custom_fields": {"region": "north"}
}')
RETURNING case_id, contract.schema_version(metadata);

\set ECHO none
\echo '-- So have these, in the NEXUS tables, each checked when it was written:'
\echo
\set ECHO queries
SELECT contract_type, contract.schema_version(document) AS version, count(*) AS documents
FROM demo.documents
GROUP BY contract_type, version
ORDER BY contract_type, version;

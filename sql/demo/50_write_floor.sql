\echo
\echo '=== 4. Versions only go up'
\echo
\echo '-- Some of these rows are still version 1. A binding adds a guard beside the CHECK that is there:'
\echo
\set ECHO queries
SELECT contract.bind('demo.legacy_cases', 'metadata', 'case_metadata');

SELECT contract.schema_version(metadata) AS version, count(*) AS rows FROM demo.legacy_cases GROUP BY 1 ORDER BY 1;
\set ECHO none

\echo '-- From now on nobody writes version 1, whatever transaction is open. Version 1 can still be read:'
\echo
\set ECHO queries
SELECT * FROM contract.raise_floor('case_metadata', 2);
\set ECHO none

\set expected_sqlstate 23514
\set ON_ERROR_STOP off
\set ECHO queries
UPDATE demo.legacy_cases SET metadata = metadata || '{"priority": "urgent"}'
WHERE contract.schema_version(metadata) = 1;
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo '-- The old rows follow, batch by batch; each batch commits:'
\echo
\set ECHO queries
CALL contract.upgrade_column('demo.legacy_cases', 'metadata', 200);

SELECT contract.schema_version(metadata) AS version, count(*) AS rows FROM demo.legacy_cases GROUP BY 1 ORDER BY 1;

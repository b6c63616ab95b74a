\echo
\echo '=== 3. A table that is full of dirty documents already'
\echo
-- 1,000 legacy cases without any constraint; five kinds of dirt in 78 of them.
CREATE TABLE demo.legacy_cases (case_id text PRIMARY KEY, metadata jsonb);
INSERT INTO demo.legacy_cases
SELECT format('legacy-%s', lpad(n::text, 4, '0')),
    CASE
        WHEN n % 50 = 7 THEN jsonb_set(good, '{_schema_version}', '"1"')
        WHEN n % 50 = 21 THEN good - 'type'
        WHEN n % 50 = 33 THEN good || '{"assigned_to": "bob"}'
        WHEN n % 100 = 48 THEN jsonb_set(good, '{_context,created_at}', '"2024-03-01"')
        WHEN n % 125 = 60 THEN good || '{"escalation_level": 3}'
        ELSE good
    END
FROM generate_series(0, 999) AS n,
    jsonb_build_object(
        '_schema_version', 1,
        'type', 'case_metadata',
        '_context', jsonb_build_object('created_by', 'import', 'created_at', '2024-03-01T00:00:00Z', 'reason', 'import'),
        'priority', 'low',
        'custom_fields', jsonb_build_object('old_id', n)
    ) AS good;

\echo '-- demo.legacy_cases has 1,000 rows from before there were contracts. NOT VALID puts new rows under'
\echo '-- the contract at once, without reading the old ones:'
\echo
\set ECHO queries
ALTER TABLE demo.legacy_cases
    ADD CONSTRAINT legacy_cases_metadata_contract CHECK (contract.check('case_metadata', metadata)) NOT VALID;

\set ECHO none
\echo
\echo '-- From here on nothing new gets dirty:'
\echo
\set expected_sqlstate 23514
\set ON_ERROR_STOP off
\set ECHO queries
INSERT INTO demo.legacy_cases VALUES ('legacy-new', '{"priority": "low"}');
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo '-- The old rows are still what they were. contract.errors finds the offenders and says what is wrong:'
\echo
\set ECHO queries
SELECT e.instance_path, e.message, count(*) AS rows, min(c.case_id) AS first
FROM demo.legacy_cases AS c CROSS JOIN LATERAL contract.errors('case_metadata', c.metadata) AS e
GROUP BY e.instance_path, e.message
ORDER BY e.instance_path, e.message;

\set ECHO none
\echo '-- While they are there the constraint cannot be validated:'
\echo
\set ON_ERROR_STOP off
\set ECHO queries
ALTER TABLE demo.legacy_cases VALIDATE CONSTRAINT legacy_cases_metadata_contract;
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo '-- So they are repaired, one kind of dirt after the other:'
\echo
\set ECHO queries
\set QUIET off
UPDATE demo.legacy_cases SET metadata = jsonb_set(metadata, '{_schema_version}', '1')
WHERE jsonb_typeof(metadata -> '_schema_version') = 'string';
\echo
UPDATE demo.legacy_cases SET metadata = jsonb_set(metadata, '{type}', '"case_metadata"')
WHERE NOT metadata ? 'type';
\echo
UPDATE demo.legacy_cases SET metadata = metadata - 'assigned_to'
WHERE metadata ? 'assigned_to';
\echo
UPDATE demo.legacy_cases
SET metadata = jsonb_set(metadata, '{_context,created_at}', to_jsonb((metadata #>> '{_context,created_at}') || 'T00:00:00Z'))
WHERE metadata #>> '{_context,created_at}' NOT LIKE '%T%';
\echo
-- escalation_level came with version 2.
UPDATE demo.legacy_cases SET metadata = jsonb_set(metadata, '{_schema_version}', '2')
WHERE metadata ? 'escalation_level' AND contract.schema_version(metadata) = 1;

\set QUIET on
\set ECHO none
\echo
\echo '-- Now it holds for every row. VALIDATE reads the table while others go on writing to it:'
\echo
\set ECHO queries
ALTER TABLE demo.legacy_cases VALIDATE CONSTRAINT legacy_cases_metadata_contract;
\echo
SELECT conname, convalidated, (SELECT count(*) FROM demo.legacy_cases) AS rows,
    (SELECT count(*) FROM demo.legacy_cases AS c, contract.errors('case_metadata', c.metadata)) AS errors
FROM pg_constraint WHERE conname = 'legacy_cases_metadata_contract';

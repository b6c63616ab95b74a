\echo
\echo '=== 6. All in all'
\echo
\set ECHO queries
SELECT contract_type, column_name, count(*) AS documents,
    string_agg(DISTINCT contract.schema_version(document)::text, ', ') AS versions,
    count(*) FILTER (WHERE contract.is_valid(contract_type, document)) AS valid
FROM demo.documents
GROUP BY contract_type, column_name
ORDER BY contract_type, column_name;

\set ECHO none
SELECT count(*) AS documents, count(DISTINCT contract_type) AS types, count(DISTINCT column_name) AS columns,
    count(*) FILTER (WHERE NOT contract.is_valid(contract_type, document)) AS invalid,
    count(*) >= 10000 AND bool_and(contract.is_valid(contract_type, document))
        AND array_agg(DISTINCT contract_type ORDER BY contract_type)
            = (SELECT array_agg(name ORDER BY name) FROM contract.types()
               WHERE name NOT IN (SELECT contract_type FROM contract.history))
        AND (SELECT array_agg(DISTINCT contract.schema_version(metadata)) = '{1,2}'
            FROM nexus_cases WHERE case_id <> 'case-welcome') AS complete
FROM demo.documents \gset
\echo :documents 'documents in' :columns 'columns, of' :types 'contract types;' :invalid 'of them invalid'
\if :complete
\else
    DO $$ BEGIN RAISE 'the demo failed: documents are missing or invalid'; END $$;
\endif

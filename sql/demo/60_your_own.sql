\echo
\echo '=== 5. A contract type of your own'
\echo
\echo '-- A manifest, registered in the running database, becomes a function for a CHECK:'
\echo
\set ECHO queries
SELECT "function", release, change FROM contract.register('{
    "contract_type": "ship_manifest", "canonical_id": "CONTRACT-SHIP-MANIFEST", "release": "1.0.0", "owner": "harbour",
    "status": "active", "compatibility": "backward", "min_version": 1, "max_version": 1, "check_constraint": true,
    "versions": [{"version": 1, "schema": {
        "properties": {"ship": {"type": "string"}, "crew": {"type": "integer"}}, "required": ["ship"]}}]
}');

CREATE TABLE demo.ships (manifest jsonb CHECK (contracts.ship_manifest(manifest)));
\set ECHO none

\set expected_sqlstate 23514
\set ON_ERROR_STOP off
\set ECHO queries
INSERT INTO demo.ships VALUES ('{"_schema_version": 1, "type": "ship_manifest", "crew": "all",
    "_context": {"created_by": "harbour", "created_at": "2025-01-22T10:00:00Z"}}');
\set ON_ERROR_STOP on
\ir expect_error.psql

\echo '-- A released version never changes. Version 2 says more, and takes every document of version 1:'
\echo
\set ECHO queries
SELECT "function", release, change FROM contract.register('{
    "contract_type": "ship_manifest", "canonical_id": "CONTRACT-SHIP-MANIFEST", "release": "2.0.0", "owner": "harbour",
    "status": "active", "compatibility": "backward", "min_version": 1, "max_version": 2, "check_constraint": true,
    "versions": [
        {"version": 1, "schema": {
            "properties": {"ship": {"type": "string"}, "crew": {"type": "integer"}}, "required": ["ship"]}},
        {"version": 2, "schema": {
            "properties": {"ship": {"type": "string"}, "crew": {"type": "integer"}, "captain": {"type": "string"}},
            "required": ["ship"]}, "upgrade": []}]
}');

INSERT INTO demo.ships VALUES ('{"_schema_version": 2, "type": "ship_manifest", "ship": "Ada", "captain": "Grace",
    "_context": {"created_by": "harbour", "created_at": "2025-01-22T10:00:00Z"}}');

SELECT contract_type, release, versions, registered_by FROM contract.history;
\set ECHO none

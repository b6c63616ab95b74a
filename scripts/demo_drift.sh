#!/usr/bin/env bash
# The last chapter of the demo: matrix, contracts, migrations and database agree, until five things break.
# Expects the cluster of the demo, and PGHOST and the like to lead to it.
set -euo pipefail
. "$(dirname "$0")/common.sh"

find_postgres || die "no Postgres found; run make install"
psql=$("$PG_CONFIG" --bindir)/psql
export PGDATABASE=nexus_ci
migrations=$(mktemp -d)
trap 'rm -rf "$migrations"' EXIT
cp sql/nexus/*.sql "$migrations"

run() { "$psql" -X -q -v ON_ERROR_STOP=1 "$@"; }

# The command as a user calls it; its exit code has to be the one that is expected.
drift() {
    local expected=$1 status=0
    shift
    printf '\n$ jsonb-contract drift --migrations %s %s\n\n' "$shown" "$*"
    "$command" drift --migrations "$migrations" --no-reports "$@" || status=$?
    ((status == expected)) || die "the demo failed: exit code $status, not $expected"
}

say 'building the command'
cargo build --quiet --package contract-cli
command=$(cargo metadata --format-version 1 --no-deps | sed -E 's/.*"target_directory":"([^"]*)".*/\1/')/debug/jsonb-contract

echo
echo '=== 7. Matrix, contracts, migrations and database agree'
run -d postgres -c 'CREATE DATABASE nexus_ci'
for migration in "$migrations"/*.up.sql; do
    run -f "$migration"
done
shown=sql/nexus
drift 0

echo
echo '-- A migration that everybody approved breaks four promises, a change by hand a fifth:'
echo
cp sql/demo/drift/*_hotfix.*.sql "$migrations"
shown='sql/nexus-with-hotfix'
grep -hE '^(CREATE|ALTER|DROP)' sql/demo/drift/*_hotfix.up.sql sql/demo/drift/by_hand.sql
run -f sql/demo/drift/20250601000000_hotfix.up.sql -f sql/demo/drift/by_hand.sql
drift 1

found=$("$command" drift --migrations "$migrations" --no-reports --format github 2>/dev/null | grep -c '^::error') || true
((found == 5)) || die "the demo failed: $found findings, not 5"

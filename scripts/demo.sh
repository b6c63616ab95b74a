#!/usr/bin/env bash
# The demo: contracts at work in a private Postgres, chapter by chapter as in sql/demo/. Expects the
# extension to be installed. Leaves nothing behind, unless KEEP=1.
set -euo pipefail
. "$(dirname "$0")/common.sh"

find_postgres || die "no Postgres found; run make install"
! scripts/cluster.sh running || die "a demo is still running; stop it with: make demo-stop"

forget_database
export PGPORT=5432 PGUSER=nexus PGDATABASE=nexus PGOPTIONS='-c client_min_messages=warning'

clean_up() {
    trap '' HUP INT TERM
    scripts/cluster.sh stop
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

say 'starting a private cluster'
scripts/cluster.sh start
PGHOST=$(readlink .demo)
export PGHOST
psql=$("$PG_CONFIG" --bindir)/psql

run() { "$psql" -X -q -v ON_ERROR_STOP=1 -P pager=off "$@"; }

# The owner of the database is no superuser: the extension is trusted. Row level security is forced on owners
# too, and only a member of service_role sees the rows of all tenants. CREATEDB is for the scratch database in which
# the migrations are run.
run -U postgres -d postgres -c 'CREATE ROLE authenticated NOLOGIN' -c 'CREATE ROLE service_role NOLOGIN' \
    -c 'CREATE ROLE nexus LOGIN CREATEDB IN ROLE service_role' -c 'CREATE DATABASE nexus OWNER nexus'

say 'creating the NEXUS tables'
for migration in sql/nexus/*.up.sql; do
    run -f "$migration"
done

for chapter in sql/demo/[0-9]*.sql; do
    (cd sql/demo && run <"${chapter##*/}") 2>&1
done
scripts/demo_drift.sh 2>&1

if [[ ${KEEP:-0} != 0 ]]; then
    trap - EXIT
    echo
    echo 'The database is still there. Look around:'
    echo
    echo "    $psql -h $PGHOST -p $PGPORT -U $PGUSER $PGDATABASE"
    echo
    echo 'Stop it and remove everything with: make demo-stop'
else
    echo
    echo 'The database is gone now. To look around in it with psql: make demo KEEP=1'
fi

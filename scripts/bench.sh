#!/usr/bin/env bash
# What a contract costs in Postgres, measured in a private server: see docs/bench.md. Expects the extension to be
# installed. Arguments go to the program; BENCH_QUICK, BENCH_ROWS and the like say how large the run is.
set -euo pipefail
. "$(dirname "$0")/common.sh"

find_postgres || die "no Postgres found; run make install"
bin=$("$PG_CONFIG" --bindir)
[[ -x $bin/pgbench ]] ||
    die "pgbench not found in $bin; install what your system has it in, such as postgresql-contrib"
forget_database

# Optimised: the client's own time is within the latency of a statement.
cargo run --quiet --locked --release --package bench -- "$@"

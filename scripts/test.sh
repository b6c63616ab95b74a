#!/usr/bin/env bash
# All tests. Expects the extension to be installed; arguments go to cargo test.
set -euo pipefail
. "$(dirname "$0")/common.sh"

# For the pages that the command writes.
scripts/prerequisites.sh chromium
find_postgres || die "no Postgres found; run make install"
cargo test --workspace --no-fail-fast "$@"

#!/usr/bin/env bash
# Formatting, lints, documentation, scripts, licenses. Needs no extension installed.
set -euo pipefail
. "$(dirname "$0")/common.sh"

readonly cargo_deny_version=0.20.2

scripts/prerequisites.sh shellcheck
find_postgres
for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 ||
        die "cargo $component not found; install it: rustup component add rustfmt clippy"
done
cargo deny --version >/dev/null 2>&1 || cargo install cargo-deny --version "$cargo_deny_version" --locked

say 'formatting'
cargo fmt --all --check
say 'scripts'
shellcheck --external-sources --source-path=SCRIPTDIR scripts/*.sh .ci/run
say 'lints'
cargo clippy --workspace --all-targets --locked --no-default-features --features "pg-ext/pg$pg_major" -- -D warnings
say 'documentation'
RUSTDOCFLAGS='-D warnings' cargo doc --package contract-core --no-deps --locked
say 'licenses, banned crates, sources'
cargo deny --locked check licenses bans sources

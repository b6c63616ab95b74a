#!/usr/bin/env bash
# Builds the fuzz target with the instrumentation of libFuzzer, on a stable compiler, and runs it:
#   contract-core/fuzz/run.sh -runs=100000000
# Arguments go to libFuzzer. What it finds is in artifacts/; the inputs it starts from are in corpus/jsonb.
set -euo pipefail
cd "$(dirname "$0")"
export RUSTC_WRAPPER="$PWD/rustc.sh"
cargo build --release --bin jsonb
mkdir -p artifacts found
exec "${CARGO_TARGET_DIR:-target}/release/jsonb" -artifact_prefix=artifacts/ -max_len=1024 "$@" found corpus/jsonb

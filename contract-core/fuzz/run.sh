#!/usr/bin/env bash
# Builds the fuzz target with the instrumentation of libFuzzer, on a stable compiler, and runs it:
#   contract-core/fuzz/run.sh -runs=100000000
# Arguments go to libFuzzer. What it finds is in artifacts/; the inputs it starts from are in corpus/jsonb.
set -euo pipefail
cd "$(dirname "$0")"
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
target=$(rustc --print host-tuple 2>/dev/null || rustc -vV | sed -n 's/^host: //p')
# With a target named, build scripts and macros stay without instrumentation.
cargo build --release --target "$target" --bin jsonb
mkdir -p artifacts found
exec "${CARGO_TARGET_DIR:-target}/$target/release/jsonb" -artifact_prefix=artifacts/ -max_len=4096 "$@" found corpus/jsonb

#!/usr/bin/env bash
# Cargo's RUSTC_WRAPPER: instruments what is under test, and nothing else: libFuzzer looks at every
# counter after every input.
set -euo pipefail
case " $* " in
*' --crate-name contract_core '* | *' --crate-name jsonb '*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
*) exec "$@" ;;
esac

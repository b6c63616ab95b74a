#!/usr/bin/env bash
# Builds the extension in release mode and installs it into the Postgres that PG_CONFIG names.
# Builds as the user who calls; only what changed is copied, and by root only where it must be.
set -euo pipefail
. "$(dirname "$0")/common.sh"

scripts/prerequisites.sh
find_postgres

package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
say "building the extension for $("$PG_CONFIG" --version)"
"$(find_cargo_pgrx)" pgrx package --package pg-ext --pg-config "$PG_CONFIG" \
    --no-default-features --features "pg$pg_major" --out-dir "$package" >/dev/null

copy() {
    local source=$1 target=$2 mode=644
    [[ $target != *.so ]] || mode=755
    # A new file, never the old one overwritten: a running server may have it mapped.
    if [[ -w $(dirname "$target") ]]; then
        install -m "$mode" "$source" "$target"
    else
        as_root install -m "$mode" "$source" "$target"
    fi
    say "installed $target"
}

changed=false
mapfile -t files < <(find "$package" -type f -printf '%P\n')
for file in "${files[@]}"; do
    if ! cmp --silent "$package/$file" "/$file"; then
        copy "$package/$file" "/$file"
        changed=true
    fi
done
$changed || say 'what is installed is up to date'

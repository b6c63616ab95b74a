#!/usr/bin/env bash
# Installs what building needs and this machine lacks: Debian packages, a Postgres, cargo-pgrx.
# Arguments are further packages. Does nothing, quickly, where all is there. Rust must be there.
set -euo pipefail
. "$(dirname "$0")/common.sh"

readonly tools=(gcc libc6-dev clang libclang-dev)

check_rust() {
    local wanted found
    wanted=$(sed -nE 's/^rust-version = "(.*)"$/\1/p' Cargo.toml)
    command -v cargo >/dev/null || die "cargo not found; install Rust $wanted or newer, with rustup" \
        "(and run make as the user who has it, without sudo)"
    found=$(rustc --version | cut -d ' ' -f 2)
    printf '%s\n' "$wanted" "$found" | sort --version-sort --check=silent ||
        die "Rust $found is too old; this needs $wanted or newer: rustup update stable"
}

missing_packages() {
    local package
    for package; do
        dpkg-query --show --showformat '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            printf '%s\n' "$package"
    done
}

refreshed=false
refresh_lists() {
    $refreshed || as_root apt-get update --quiet
    refreshed=true
}

apt_install() {
    refresh_lists
    say "installing $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$@"
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} == 0)) || apt_install "${missing[@]}"
}

# The major version to install: the one PG_CONFIG names, else that of a server without headers,
# else the distribution's own.
major_to_install() {
    local path='^/usr/lib/postgresql/([0-9]+)/bin/' server
    if [[ -n ${PG_CONFIG:-} ]]; then
        [[ $PG_CONFIG =~ $path ]] ||
            die "PG_CONFIG=$PG_CONFIG is no Postgres $oldest_postgres to $newest_postgres with server and headers"
        echo "${BASH_REMATCH[1]}"
        return
    fi
    server=$(find /usr/lib/postgresql -path '*/bin/postgres' 2>/dev/null | sort --version-sort | tail -n 1)
    if [[ $server =~ $path ]]; then
        echo "${BASH_REMATCH[1]}"
    else
        apt-cache depends postgresql | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p'
    fi
}

# Debian creates a cluster with the first server, and starts it. Nobody asked for one.
readonly no_cluster=/etc/postgresql-common/createcluster.d/jsonb-contract.conf

install_postgres() {
    local major
    refresh_lists
    major=$(major_to_install)
    ((${major:-0} >= oldest_postgres && major <= newest_postgres)) ||
        die "this needs Postgres $oldest_postgres to $newest_postgres, and the packages would bring ${major:-none};" \
            "install one with its headers by hand and set PG_CONFIG to the path of its pg_config"
    trap 'as_root rm -f "$no_cluster"' EXIT
    as_root mkdir -p "$(dirname "$no_cluster")"
    echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
    apt_install "postgresql-$major" "postgresql-server-dev-$major"
    find_postgres || die "postgresql-$major is installed, but its pg_config, server or headers are not found"
}

# Where there is no apt-get: says what is missing.
require_by_hand() {
    local command
    for command in cc clang "$@"; do
        command -v "$command" >/dev/null ||
            die "$command not found, nor apt-get to install it; install by hand: a C compiler, clang with" \
                "libclang, Postgres $oldest_postgres to $newest_postgres with its headers${*:+, $*}"
    done
    find_postgres || die "no Postgres $oldest_postgres to $newest_postgres with its headers found, nor apt-get" \
        "to install it; install one by hand and set PG_CONFIG to the path of its pg_config"
}

install_pgrx() {
    local version options=()
    version=$(pgrx_version)
    if ! find_cargo_pgrx >/dev/null; then
        command -v cargo-pgrx >/dev/null && options=(--root "$own_tools")
        say "installing cargo-pgrx $version; this takes some minutes"
        # Without default features it needs no OpenSSL: it has nothing to download here.
        cargo install cargo-pgrx --version "=$version" --locked --no-default-features "${options[@]}"
    fi
    if [[ -z $(pgrx_record) ]]; then
        "$(find_cargo_pgrx)" pgrx init "--pg$pg_major" "$PG_CONFIG" --no-run
    fi
}

check_rust
if command -v apt-get >/dev/null; then
    install_packages "${tools[@]}" "$@"
    find_postgres || install_postgres
else
    require_by_hand "$@"
fi
install_pgrx

# shellcheck shell=bash
# What the scripts share; sourced, from any folder. It leaves the caller in the repository's root.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Where runuser is; not in the PATH of everybody, nor of root after a plain `su`.
export PATH=$PATH:/usr/sbin:/sbin

say() { printf '==> %s\n' "$*"; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "sudo not found; run this as root, then try again: $*"
    fi
}

# Forgets which database the caller's environment names: where to connect to comes from the script alone.
forget_database() {
    local variable
    for variable in "${!PG@}"; do
        [[ $variable == PG_CONFIG ]] || unset "$variable"
    done
}

readonly oldest_postgres=15 newest_postgres=18

# The major version of the Postgres that a pg_config belongs to.
major_of() { "$1" --version | sed -nE 's/^PostgreSQL ([0-9]+).*/\1/p'; }

# Whether a pg_config belongs to a whole Postgres of a known version: server and headers.
# Debian's /usr/bin/pg_config may be that of the client library.
is_whole() {
    local major
    major=$(major_of "$1" 2>/dev/null) || return
    ((${major:-0} >= oldest_postgres && major <= newest_postgres)) &&
        [[ -x $("$1" --bindir)/postgres && -f $("$1" --includedir-server)/postgres.h ]]
}

# Sets PG_CONFIG (a path) and pg_major to the Postgres to use: the one that PG_CONFIG names, else
# that of `pg_config`, else the newest that Debian's packages have installed.
find_postgres() {
    local major candidate candidates=("${PG_CONFIG:-pg_config}")
    if [[ -z ${PG_CONFIG:-} ]]; then
        for ((major = newest_postgres; major >= oldest_postgres; major--)); do
            candidates+=("/usr/lib/postgresql/$major/bin/pg_config")
        done
    fi
    for candidate in "${candidates[@]}"; do
        candidate=$(command -v "$candidate") || continue
        if is_whole "$candidate"; then
            use_postgres "$candidate"
            return
        fi
    done
    return 1
}

use_postgres() {
    # Debian's /usr/bin/pg_config asks that of the newest version; this Postgres has one of its own.
    PG_CONFIG=$("$1" --bindir)/pg_config
    [[ -x $PG_CONFIG ]] || PG_CONFIG=$(realpath -s "$1")
    pg_major=$(major_of "$PG_CONFIG")
    export PG_CONFIG
    choose_for_pgrx
}

# pgrx builds against the pg_config that its own configuration has for a major version. Where that
# is another Postgres, the environment overrules it; what the user configured stays as it is.
choose_for_pgrx() {
    local recorded
    recorded=$(pgrx_record)
    if [[ -n $recorded &&
        $("$recorded" --includedir-server 2>/dev/null) != "$("$PG_CONFIG" --includedir-server)" ]]; then
        export PGRX_PG_CONFIG_PATH=$PG_CONFIG
    fi
}

# The pg_config in pgrx's configuration; nothing where there is none.
pgrx_record() {
    local file="${PGRX_HOME:-$HOME/.pgrx}/config.toml"
    [[ ! -f $file ]] || sed -nE "s/^pg$pg_major = \"(.*)\"$/\1/p" "$file"
}

# The version of pgrx that the extension is built with; its command has to be of the same version.
pgrx_version() { sed -nE 's/^pgrx = .*"=([0-9.]+)".*/\1/p' pg-ext/Cargo.toml; }

# Where cargo-pgrx goes when another version of it is installed already, which other projects need.
readonly own_tools=target/tools

# The path of cargo-pgrx in that version; fails where there is none.
find_cargo_pgrx() {
    local candidate
    for candidate in cargo-pgrx "${CARGO_HOME:-$HOME/.cargo}/bin/cargo-pgrx" "$own_tools/bin/cargo-pgrx"; do
        if [[ $("$candidate" pgrx --version 2>/dev/null) == "cargo-pgrx $(pgrx_version)" ]]; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

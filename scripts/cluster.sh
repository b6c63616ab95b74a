#!/usr/bin/env bash
# The private cluster of the demo: `cluster.sh start`, `stop`, or `running` (exit code 0: yes).
# All of it is in one folder that only its owner can enter, and it listens on a socket there and
# nowhere else; hence `trust`. The link .demo leads to the folder, which is in /tmp: the path of a
# socket has to be short, and a server that root starts runs as a user who may not see this repository.
set -euo pipefail
. "$(dirname "$0")/common.sh"

readonly link=.demo

find_postgres || die "no Postgres found; run make install"
bin=$("$PG_CONFIG" --bindir)

folder() { readlink "$link"; }

# Postgres refuses to run as root: then it runs as the user who owns the folder.
as_server() {
    if ((EUID == 0)); then
        local owner
        owner=$(stat --format %U "$(folder)") || return
        # From a folder that this user may see.
        (cd / && runuser -u "$owner" -- "$@")
    else
        "$@"
    fi
}

running() { [[ -L $link ]] && as_server "$bin/pg_ctl" status -D "$(folder)/data" >/dev/null 2>&1; }

start() {
    stop
    ((EUID != 0)) || getent passwd postgres >/dev/null ||
        die "Postgres refuses to run as root, and there is no user postgres to run it as"
    ln -s "$(mktemp -d /tmp/jsonb-contract.XXXXXX)" "$link"
    ((EUID != 0)) || chown postgres "$(folder)"
    quietly as_server "$bin/initdb" -D "$(folder)/data" --username postgres --auth trust \
        --encoding UTF8 --locale C.UTF-8 --data-checksums --no-sync
    quietly as_server "$bin/pg_ctl" start -w -D "$(folder)/data" -l "$(folder)/server.log" \
        -o "-k $(folder) -p 5432 -c listen_addresses= -c unix_socket_permissions=0700" ||
        die "the server did not start: $(cat "$(folder)/server.log")"
}

# Runs a command whose output matters only when it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || {
        printf '%s\n' "$output" >&2
        return 1
    }
}

stop() {
    [[ -L $link ]] || return 0
    [[ $(folder) == /tmp/jsonb-contract.* ]] || die "$link leads to $(folder), which is no cluster of a demo"
    ! running || as_server "$bin/pg_ctl" stop --silent -m fast -D "$(folder)/data"
    rm -rf "$(folder)" "$link"
}

case ${1:-} in
start | stop | running) "$1" ;;
*) die "usage: $0 start|stop|running" ;;
esac

#!/bin/sh
# A PostgreSQL server for tests and benchmarks, in a folder of its own, stopped after.
#   sh tests/postgres.sh start        prints its folder and port
#   sh tests/postgres.sh stop FOLDER  ends it and removes the folder
# The superuser is `postgres`, password `zhunru`; sockets ask for none, TCP (127.0.0.1 only) does.
# Exit code 3: there is no PostgreSQL and it cannot be installed here.
set -eu

find_bin() {
  for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -Vr); do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && { echo "$folder"; return; }
  done
  program=$(command -v initdb) && dirname "$(readlink -f "$program")"
}

# The server refuses to run as root.
as_server() {
  if [ "$(id -u)" != 0 ]; then "$@"; else runuser -u "$account" -- "$@"; fi
}

account=nobody
id postgres >/dev/null 2>&1 && account=postgres

case "${1:-}" in
  start)
    bin=$(find_bin || true)
    if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 || true
      id postgres >/dev/null 2>&1 && account=postgres
      bin=$(find_bin || true)
    fi
    [ -n "$bin" ] || { echo "no PostgreSQL here: apt-get install postgresql" >&2; exit 3; }
    folder=$(mktemp -d /tmp/zhunru-pg.XXXXXX)
    echo zhunru >"$folder/password"
    [ "$(id -u)" != 0 ] || chown -R "$account" "$folder"
    cd "$folder"
    as_server "$bin/initdb" -D "$folder/data" -U postgres -E UTF8 --locale=C --no-sync \
      --auth-local=trust --auth-host=scram-sha-256 --pwfile="$folder/password" >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
    for _ in 1 2 3 4 5; do # another server may take the port between choosing and binding
      port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
      if as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 \
        -o "-p $port -k $folder -h 127.0.0.1 -c fsync=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=30" start >/dev/null 2>&1; then
        echo "$folder $port"
        exit 0
      fi
    done
    cat "$folder/server.log" >&2
    exit 1
    ;;
  stop)
    case "${2:-}" in /tmp/zhunru-pg.??????) ;; *) echo "not a folder of this script: ${2:-}" >&2; exit 2 ;; esac
    bin=$(find_bin)
    cd "$2"
    as_server "$bin/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1 || true
    cd / && rm -rf "$2"
    ;;
  *) sed -n '2,6p' "$0" >&2; exit 2 ;;
esac

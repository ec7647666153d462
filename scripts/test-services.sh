#!/usr/bin/env bash
# Sees to what the tests need: Postgres, Redis, Chromium, axe-core (by npm) and
# a C compiler (for the race detector). What listens on localhost already is
# used as it is; otherwise it is started, and as root installed first with
# apt-get. Prints "export" lines for eval on standard output, everything else on
# standard error.
#
#   eval "$(scripts/test-services.sh)"
#   scripts/test-services.sh stop       ends what this script has started
#
# The Postgres it starts is a cluster of its own: databases of others are never
# touched. Tests create their own databases and drop them.
set -euo pipefail

state=${HEARLINE_TEST_STATE:-/var/tmp/hearline-test-$UID}

say() { echo "test-services: $*" >&2; }

# missing ends the set-up where nothing may be left out, else goes on without.
missing() {
  if [ "${CI:-}" = true ]; then
    say "$1 is missing and CI=true"
    exit 1
  fi
  say "left out: $1. Tests that need it are skipped"
}

# package installs Debian packages, as root only.
package() {
  if [ "$UID" -ne 0 ] || ! command -v apt-get >/dev/null; then
    return 1
  fi
  say "installing $*"
  [ -n "${apt_updated:-}" ] || apt-get update -qq >&2 || say "the package lists are old"
  apt_updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# --- Postgres ---------------------------------------------------------------

accepts() { # URL: lets us in, and lets us create databases
  psql "$1" -XAtqc "SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolcreatedb OR rolsuper)" 2>/dev/null | grep -q 1
}

as_postgres() { # Postgres refuses to run as root
  if [ "$UID" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

own_cluster() { # prints the URL of our own cluster, started when it does not run
  local bin port=55432 data=$state/postgres
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
  data=$data-$("$bin/postgres" --version | grep -oE '[0-9]+' | head -1)
  if ! as_postgres test -s "$data/PG_VERSION"; then
    mkdir -p -m 700 "$data"
    [ "$UID" -ne 0 ] || chown postgres: "$data"
    as_postgres "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C >&2
  fi
  if ! as_postgres "$bin/pg_ctl" -D "$data" status >/dev/null; then
    while listens "$port"; do port=$((port + 1)); done
    say "starting Postgres on port $port"
    as_postgres "$bin/pg_ctl" -D "$data" -w -l "$data/log" start \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300" >&2
  fi
  port=$(as_postgres sed -n 4p "$data/postmaster.pid")
  echo "postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
}

postgres() {
  local url=${HEARLINE_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable}
  command -v psql >/dev/null || package postgresql || { missing Postgres; return; }
  if accepts "$url"; then
    :
  elif [ -n "${HEARLINE_TEST_POSTGRES:-}" ]; then
    say "HEARLINE_TEST_POSTGRES does not let us create databases"
    exit 1
  else
    ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || command -v initdb >/dev/null || package postgresql || { missing Postgres; return; }
    url=$(own_cluster)
    accepts "$url" || { missing "Postgres (see $state)"; return; }
  fi
  printf 'export HEARLINE_TEST_POSTGRES=%q\n' "$url"
}

# --- Redis, Chromium, axe-core, compiler -------------------------------------

redis() {
  [ -z "${HEARLINE_TEST_REDIS:-}" ] || return 0
  if ! listens 6379; then
    command -v redis-server >/dev/null || package redis-server || { missing Redis; return; }
  fi
  if ! listens 6379; then
    say "starting Redis on port 6379"
    redis-server --daemonize yes --bind 127.0.0.1 --port 6379 --save "" --appendonly no \
      --dir "$state" --pidfile "$state/redis.pid" >&2
    for _ in $(seq 100); do listens 6379 && break || sleep 0.1; done
  fi
  echo 'export HEARLINE_TEST_REDIS=redis://127.0.0.1:6379/0'
}

chromium() {
  for name in "${HEARLINE_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && type -P "$name" >/dev/null && return # not this function
  done
  # Noto, because pages are tested in Arabic and other scripts.
  package chromium fonts-noto-core || missing Chromium
}

axe() {
  [ -z "${HEARLINE_TEST_AXE:-}" ] || return 0
  local version=4.14.1
  local dir=$state/axe-$version
  local file=$dir/node_modules/axe-core/axe.min.js
  if [ ! -s "$file" ]; then
    type -P npm >/dev/null || package npm || { missing npm; return; }
    say "fetching axe-core $version"
    npm install --prefix "$dir" --no-save --ignore-scripts --silent "axe-core@$version" >&2 || { missing axe-core; return; }
  fi
  printf 'export HEARLINE_TEST_AXE=%q\n' "$file"
}

compiler() {
  command -v "${CC:-gcc}" >/dev/null || package gcc libc6-dev ||
    { say "no C compiler: go test -race needs one (install gcc)"; exit 1; }
}

stop() {
  local data bin
  for data in "$state"/postgres-*; do
    [ -d "$data" ] || continue
    bin=/usr/lib/postgresql/${data##*-}/bin
    [ -d "$bin" ] || bin=$(dirname "$(command -v pg_ctl)")
    as_postgres "$bin/pg_ctl" -D "$data" -m fast stop >&2 || true
  done
  if [ -f "$state/redis.pid" ]; then
    kill "$(cat "$state/redis.pid")" 2>/dev/null || true
  fi
}

# 711, so that the user postgres can reach its own directory inside.
mkdir -p -m 711 "$state"
[ -O "$state" ] || { say "$state belongs to somebody else"; exit 1; }

if [ "${1:-}" = stop ]; then
  stop
  exit
fi
compiler
postgres
redis
chromium
axe

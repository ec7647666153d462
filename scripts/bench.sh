#!/usr/bin/env bash
# Measures the whole path of a message on both engines, three runs each, one
# JSON object per run. docs/benchmarks.md says how to read them.
#
#   scripts/bench.sh [connections, default 64] [duration, default 20s]
set -euo pipefail

connections=${1:-64}
duration=${2:-20s}
binary=$PWD/bin/hearline
folder=$(mktemp -d)
database=hearline_bench_$$

sql() { psql "$HEARLINE_TEST_POSTGRES" -XAtqc "$1"; }

finish() {
  rm -rf "$folder"
  [ -z "${HEARLINE_TEST_POSTGRES:-}" ] || sql "DROP DATABASE IF EXISTS $database WITH (FORCE)"
}
trap finish EXIT

for run in 1 2 3; do
  "$binary" bench intake --database "$folder/$run.db" --connections "$connections" --duration "$duration"
done
if [ -z "${HEARLINE_TEST_POSTGRES:-}" ]; then
  echo "left out: Postgres" >&2
  exit
fi
for _ in 1 2 3; do
  sql "DROP DATABASE IF EXISTS $database WITH (FORCE)"
  sql "CREATE DATABASE $database"
  HEARLINE_BENCH_DATABASE=$(sed -E "s#/[^/?]*(\?|\$)#/$database\1#" <<<"$HEARLINE_TEST_POSTGRES") \
    "$binary" bench intake --connections "$connections" --duration "$duration"
done

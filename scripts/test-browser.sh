#!/usr/bin/env bash
# Drives the real binary with a real Chromium: every flow, in parts that run
# beside each other, each with a server of its own; or those that are named by a part
# of their name.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then
  exec scripts/with-server.sh node e2e/run.mjs "$@"
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
scripts/with-server.sh node e2e/run.mjs --part=1 >"$out/1" 2>&1 &
first=$!
status=0
scripts/with-server.sh node e2e/run.mjs --part=2 >"$out/2" 2>&1 || status=$?
scripts/with-server.sh node e2e/run.mjs --part=3 >"$out/3" 2>&1 || status=$?
wait $first || status=$?
cat "$out/1" "$out/2" "$out/3"
exit $status

#!/usr/bin/env bash
# Starts the real binary in an empty folder, makes its commune through the
# setup link as a newcomer would, and drives it with a real Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v "${CHROMIUM:-chromium}" >/dev/null; then
  if [ "${CRIEUR_TEST_REQUIRE_ALL:-}" = 1 ]; then
    echo "no Chromium, and CRIEUR_TEST_REQUIRE_ALL=1" >&2; exit 1
  fi
  echo "!!! SKIPPED: the browser tests need Chromium"; exit 0
fi
work=$(mktemp -d)
free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
port=$(free_port)
simulator_port=$(free_port)
# Stands in for Facebook, and misbehaves when the tests ask it to.
bin/crieur simulator --addr "127.0.0.1:$simulator_port" >"$work/simulator" 2>&1 &
simulator=$!
env -i HOME="$HOME" PATH="$PATH" CRIEUR_ADDR="127.0.0.1:$port" CRIEUR_DATA_DIR="$work/data" \
  CRIEUR_FACEBOOK_GRAPH_URL="http://127.0.0.1:$simulator_port/facebook" CRIEUR_EGRESS_ALLOW=127.0.0.0/8 \
  bin/crieur serve >"$work/out" 2>"$work/log" &
server=$!
trap 'kill $server $simulator 2>/dev/null || true; wait $server $simulator 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  grep -q 'setup?token=' "$work/out" && break
  kill -0 $server 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.1
done
export CRIEUR_E2E_URL="http://127.0.0.1:$port" CRIEUR_E2E_EMAIL="officer@valmeuse.example" CRIEUR_E2E_PASSWORD="correct cheval batterie agrafe"
CRIEUR_E2E_SETUP_TOKEN=$(sed -n 's/.*setup?token=//p' "$work/out")
export CRIEUR_E2E_SETUP_TOKEN CRIEUR_E2E_SIMULATOR_URL="http://127.0.0.1:$simulator_port"
cd ui
if ! node e2e/run.mjs "$@"; then
  echo "=== log of the server"; grep -v '"msg":"request"' "$work/log" | tail -n 60
  exit 1
fi

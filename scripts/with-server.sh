#!/usr/bin/env bash
# Runs a command beside the real binary: it starts in an empty folder with the
# simulated networks next to it, and says through the environment where it is.
#   scripts/with-server.sh node e2e/run.mjs        (in the folder ui)
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v "${CHROMIUM:-chromium}" >/dev/null; then
  if [ "${CRIEUR_TEST_REQUIRE_ALL:-}" = 1 ]; then
    echo "no Chromium, and CRIEUR_TEST_REQUIRE_ALL=1" >&2; exit 1
  fi
  echo "!!! SKIPPED: this needs Chromium"; exit 0
fi
binary=${CRIEUR_BINARY:-bin/crieur}
work=$(mktemp -d)
free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
port=$(free_port)
simulator_port=$(free_port)
# Stands in for Facebook, and misbehaves when the tests ask it to.
"$binary" simulator --addr "127.0.0.1:$simulator_port" >"$work/simulator" 2>&1 &
simulator=$!
env -i HOME="$HOME" PATH="$PATH" CRIEUR_ADDR="127.0.0.1:$port" CRIEUR_DATA_DIR="$work/data" \
  CRIEUR_PUBLIC_URL="http://127.0.0.1:$port" CRIEUR_FACEBOOK_APP_ID=4711 CRIEUR_FACEBOOK_APP_SECRET=meta-secret \
  CRIEUR_FACEBOOK_DIALOG_URL="http://127.0.0.1:$simulator_port/facebook/v26.0/dialog/oauth" \
  CRIEUR_FACEBOOK_GRAPH_URL="http://127.0.0.1:$simulator_port/facebook" CRIEUR_EGRESS_ALLOW=127.0.0.0/8 \
  "$binary" serve >"$work/out" 2>"$work/log" &
server=$!
trap 'kill $server $simulator 2>/dev/null || true; wait $server $simulator 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 600); do
  grep -q 'setup?token=' "$work/out" && break
  kill -0 $server 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.1
done
grep -q 'setup?token=' "$work/out" || { echo "the server did not start within a minute" >&2; cat "$work/log"; exit 1; }
export CRIEUR_E2E_URL="http://127.0.0.1:$port" CRIEUR_E2E_EMAIL="officer@valmeuse.example" CRIEUR_E2E_PASSWORD="correct cheval batterie agrafe"
CRIEUR_E2E_SETUP_TOKEN=$(sed -n 's/.*setup?token=//p' "$work/out")
export CRIEUR_E2E_SETUP_TOKEN CRIEUR_E2E_SIMULATOR_URL="http://127.0.0.1:$simulator_port"
cd ui
if ! "$@"; then
  echo "=== log of the server"; grep -v '"msg":"request"' "$work/log" | tail -n 60
  exit 1
fi

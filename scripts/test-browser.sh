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
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
env -i HOME="$HOME" PATH="$PATH" CRIEUR_ADDR="127.0.0.1:$port" CRIEUR_DATA_DIR="$work/data" bin/crieur serve >"$work/out" 2>"$work/log" &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  grep -q 'setup?token=' "$work/out" && break
  kill -0 $server 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.1
done
export CRIEUR_E2E_URL="http://127.0.0.1:$port" CRIEUR_E2E_EMAIL="officer@valmeuse.example" CRIEUR_E2E_PASSWORD="correct cheval batterie agrafe"
CRIEUR_E2E_SETUP_TOKEN=$(sed -n 's/.*setup?token=//p' "$work/out")
export CRIEUR_E2E_SETUP_TOKEN
cd ui
if ! node e2e/run.mjs "$@"; then
  echo "=== log of the server"; grep -v '"msg":"request"' "$work/log" | tail -n 60
  exit 1
fi

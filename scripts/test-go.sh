#!/usr/bin/env bash
# Runs the Go tests and says at the end, loudly, what was skipped and why. With
# CRIEUR_TEST_REQUIRE_ALL=1 a skip is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp)
trap 'rm -f "$out"' EXIT
CGO_ENABLED=${TEST_CGO_ENABLED:-0} GOFLAGS=${GOFLAGS:--tags=nodynamic} go test -count=1 -timeout 20m -v ${TEST_FLAGS:-} "${@:-./...}" >"$out" 2>&1
status=$?
# Failures in full, successes as one line a package.
grep -E '^(ok|FAIL|panic:|---? FAIL|\?)' "$out" | grep -v 'no test files'
if [ $status -ne 0 ]; then
  echo; echo "=== output of the failures"
  grep -vE '^(=== (RUN|PAUSE|CONT|NAME)|\s*--- PASS)' "$out" | tail -n 400
fi
passed=$(grep -cE '^\s*--- PASS' "$out")
failed=$(grep -cE '^\s*--- FAIL' "$out")
skipped=$(grep -cE '^\s*--- SKIP' "$out")
if [ "$skipped" -gt 0 ]; then
  echo; echo "!!! SKIPPED ($skipped):"
  grep -A3 -E '^\s*--- SKIP' "$out" | grep -vE '^\s*--- PASS|^=== '
  if [ "${CRIEUR_TEST_REQUIRE_ALL:-}" = 1 ]; then
    echo "CRIEUR_TEST_REQUIRE_ALL=1: a skip is a failure"; status=1
  fi
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $status

#!/usr/bin/env bash
# Installs by package what the complete tests need and is missing: Chromium
# with its fonts, PostgreSQL, Redis, xmllint, and what a real WordPress runs on.
set -euo pipefail
cd "$(dirname "$0")/.."
need=()
command -v chromium >/dev/null || need+=(chromium)
for package in fonts-liberation fonts-noto-color-emoji; do
  dpkg -s "$package" >/dev/null 2>&1 || need+=("$package")
done
command -v xmllint >/dev/null || need+=(libxml2-utils)
command -v redis-server >/dev/null || need+=(redis-server)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql)
if [ ${#need[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=500 install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi
./scripts/install-wordpress.sh

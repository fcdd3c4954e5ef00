#!/bin/sh
# Installs what the tests against a real WordPress need: Debian's or Ubuntu's
# own packages, without questions. Run as root. Nothing is started or
# configured here: internal/testrig/wordpress runs its own copies and never
# touches the machine's database or web server.
set -eu

packages="wordpress wordpress-theme-twentytwentyone
  php-cli php-mysql php-gd php-curl php-xml php-mbstring php-intl
  mariadb-server mariadb-client"

missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "WordPress for tests: everything is installed."
  exit 0
fi

# Packages must not start services: the tests bring up their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=600 update -qq
# shellcheck disable=SC2086 # the list is meant to be split
apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends $missing

#!/usr/bin/env bash
# What the power-cut test needs: a virtual machine, and Debian's kernel for it.
# The kernel is unpacked into ~/.cache/crieur/kernel and not installed.
set -euo pipefail
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
command -v qemu-system-x86_64 >/dev/null && [ -x /bin/busybox ] && command -v mkfs.ext4 >/dev/null ||
  $sudo apt-get install -y --no-install-recommends qemu-system-x86 busybox-static e2fsprogs
kernel=${XDG_CACHE_HOME:-$HOME/.cache}/crieur/kernel
if ! ls "$kernel"/boot/vmlinuz-* >/dev/null 2>&1; then
  package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
  mkdir -p "$kernel"
  (cd "$kernel" && apt-get download "$package" && dpkg -x linux-image-*.deb . && rm linux-image-*.deb)
fi

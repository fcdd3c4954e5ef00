#!/bin/sh
# Makes the secrets of `docker compose --profile scale`, once. Keep a copy of
# secrets/key apart: without it the networks' credentials cannot be read.
set -eu
cd "$(dirname "$0")/.."
if [ -e secrets ]; then
  echo "secrets/ is there already; nothing was changed" >&2
  exit 1
fi
# The folder is closed; the files can be read because containers read them as
# users of their own.
umask 022
mkdir -m 0700 secrets
password() { head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n'; }
postgres=$(password)
storage=$(password)
head -c 32 /dev/urandom | base64 >secrets/key
printf %s "$postgres" >secrets/postgres
printf %s "$storage" >secrets/storage
printf %s "postgres://crieur:$postgres@postgres:5432/crieur?sslmode=disable" >secrets/database_url
printf %s "s3://crieur:$storage@storage:7070/media?tls=off" >secrets/media_url
echo "secrets/ is ready"

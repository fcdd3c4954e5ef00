#!/bin/sh
# Runs one instance until standard input ends: when the process that started
# it stops it, or dies. Then nothing is left, neither processes nor files.
# Arguments: the instance's folder, the template's folder, host:port ("" for
# the database alone).
instance=$1 template=$2 address=$3

mariadbd --no-defaults --user="$(id -un)" --datadir="$instance/db" \
  --socket="$instance/db.sock" --pid-file="$instance/db.pid" \
  --skip-networking --skip-grant-tables --skip-log-bin --performance-schema=OFF \
  --innodb-buffer-pool-size=32M --innodb-log-file-size=8M --innodb-flush-log-at-trx-commit=0 \
  --max-connections=20 --key-buffer-size=4M --aria-pagecache-buffer-size=4M \
  >"$instance/db.log" 2>&1 </dev/null &
database=$!

if [ -n "$address" ]; then
  {
    PHP_CLI_SERVER_WORKERS=3 php -d memory_limit=256M -d sendmail_path=/bin/true \
      -d upload_max_filesize=32M -d post_max_size=40M -d max_execution_time=60 \
      -S "$address" -t "$template/site" "$template/router.php" \
      >"$instance/php.log" 2>&1 </dev/null
    : >"$instance/php.ended" # at once when somebody took the port
  } &
fi

cat >/dev/null

# The group is this script's own: the database, PHP and its workers.
trap '' TERM
if [ -n "$address" ]; then
  kill -KILL "$database" 2>/dev/null # the data is thrown away
fi
kill -TERM 0
wait
if [ -n "$address" ]; then
  rm -rf "$instance"
fi

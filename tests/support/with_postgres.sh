#!/bin/sh
# with_postgres.sh PROGRAM [ARGUMENT...]: runs the program with MERLON_TEST_POSTGRES set to the URL of
# a PostgreSQL server of its own (a fresh data folder, a socket in it, no network), and stops the
# server afterwards, whatever happens. Gives the program's exit code; 77 when there is no PostgreSQL.
#
#   with_postgres.sh sh tests/scenario/something.sh
#
# PostgreSQL refuses to run as root: as root it runs as user postgres, or nobody. fsync is off: use
# tests/support/postgres.h for what proves durability.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5n | tail -1)
[ -n "$bin" ] && [ -x "$bin/postgres" ] || { echo "PostgreSQL is not installed" >&2; exit 77; }
folder=$(mktemp -d /tmp/merlon-pg-XXXXXX)
server=
finish() {
    [ -z "$server" ] || { kill -QUIT "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || :
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 99' HUP INT TERM

as= # nothing, or what becomes the ordinary user
if [ "$(id -u)" = 0 ]; then
    user=$(id -un postgres 2>/dev/null || echo nobody)
    chown "$user" "$folder"
    as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
fi
cd "$folder"
$as "$bin/initdb" -D "$folder/data" -U merlon -A trust --no-sync -E UTF8 --locale=C.UTF-8 \
    >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 99; }
$as "$bin/postgres" -D "$folder/data" -k "$folder" -h '' -c fsync=off >>"$folder/log" 2>&1 &
server=$!
cd "$OLDPWD"
tries=0
until psql -h "$folder" -U merlon -d postgres -c 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] && kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 99; }
    sleep 0.05
done
MERLON_TEST_POSTGRES="postgresql://merlon@/postgres?host=$folder"
export MERLON_TEST_POSTGRES
code=0
"$@" || code=$?
exit $code

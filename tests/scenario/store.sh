#!/bin/sh
# What happens to the store, on both: SQLite first, then the same script on a PostgreSQL of its own.
# A killed import, a database set back, an altered or newer schema, hand edits, passwords in URLs.
. "$(dirname "$0")/lib.sh"

export MERLON_DATA="$dir/data"
name=t$$
if [ -n "${MERLON_TEST_POSTGRES:-}" ]; then
    host=${MERLON_TEST_POSTGRES#*host=}
    export MERLON_STORE="postgresql://merlon@/$name?host=$host"
    psql -q "$MERLON_TEST_POSTGRES" -c "CREATE DATABASE $name" || exit 99
    sql() { psql -qAt "$MERLON_STORE" -c "$1"; }
    keep() { psql -q "$MERLON_TEST_POSTGRES" -c "CREATE DATABASE kept TEMPLATE $name"; }
    put_back() {
        psql -q "$MERLON_TEST_POSTGRES" -c "DROP DATABASE $name" \
            -c "CREATE DATABASE $name TEMPLATE kept" -c "DROP DATABASE kept"
    }
else
    need sqlite3
    sql() { sqlite3 "$MERLON_DATA/merlon.db" "$1"; }
    keep() { cp "$MERLON_DATA/merlon.db" "$dir/kept.db"; }
    put_back() { cp "$dir/kept.db" "$MERLON_DATA/merlon.db"; }
fi

run unit add moc name=Ministry
exit_is 0
err_has "a ledger was made"

# ---- an import killed at any moment: all of it or nothing ------------------------------------------
{
    echo "key,name,parent"
    for i in $(seq 3000); do echo "u$i,Unit $i,moc"; done
} >"$dir/units.csv"
for pause in 0 0.02 0.05 0.1 0.2 0.3 0.5 0.8; do
    "$MERLON" unit import "$dir/units.csv" >/dev/null 2>&1 &
    pid=$!
    sleep $pause
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    run unit count
    exit_is 0
    case $(cat "$dir/out") in
    1 | 3001) ;;
    *) fail "after $pause s an import was half done" ;;
    esac
    run unit set moc "note=after $pause"
    exit_is 0
done
run unit import "$dir/units.csv"
exit_is 0
run unit count
out_has 3001

# ---- yesterday's database in today's place ---------------------------------------------------------
keep
run unit add late name=Late
exit_is 0
run unit set late name=Later
exit_is 0
put_back
run unit add other name=Other
exit_is 5
err_has "the ledger has 2 deeds of this store that the store does not have"
run unit list --filter key=late
exit_is 0
out_lacks Later

# ---- the schema ------------------------------------------------------------------------------------
sql "UPDATE migration SET sm3 = 'x' WHERE component = 'register' AND number = 1"
run unit list
exit_is 5
err_has "was altered"
sql "INSERT INTO migration (component, number, name, sm3) VALUES ('journal', 9, 'x', 'x')"
run unit list
exit_is 5
err_has "journal"
sql "DELETE FROM migration WHERE number = 9"
n=$(sql "SELECT max(number) + 1 FROM migration WHERE component = 'journal'")
sql "INSERT INTO migration (component, number, name, sm3) VALUES ('journal', $n, 'x', 'x')"
run unit list
exit_is 5
err_has "was written by a newer Merlon"

# ---- places ----------------------------------------------------------------------------------------
run unit list --store "postgresql://merlon:hunter2@$dir/x"
exit_is 2
err_has pgpass
err_lacks hunter2
run unit list --store "mysql://merlon:hunter2@$dir/x"
exit_is 2
err_lacks hunter2
run unit list --store "postgresql://merlon@/x?host=$dir/nowhere"
exit_is 5
err_has "cannot connect"

[ -z "${MERLON_TEST_POSTGRES:-}" ] || exit 0

# ---- a file that is none, and one that was cut -------------------------------------------------------
head -c 20000 /dev/urandom >"$dir/noise.db"
run unit list --store "$dir/noise.db"
exit_is 5
err_has "restore it from a backup"
cp "$dir/kept.db" "$dir/cut.db"
truncate -s 50000 "$dir/cut.db"
run unit list --store "$dir/cut.db"
exit_is 5
err_has "restore it from a backup"

code=0
"$here/../support/with_postgres.sh" sh "$here/store.sh" || code=$?
[ $code != 77 ] || echo "PostgreSQL is not here: SQLite only"
[ $code = 0 ] || [ $code = 77 ] || exit $code

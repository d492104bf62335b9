# What every scenario stands on. A scenario is a POSIX shell script that calls the real program:
#
#   run check --root "$root"     calls merlon with these words; keeps its output and exit code
#   exit_is 1                    the exit code
#   out_has TEXT / err_has TEXT  stdout / stderr has this text somewhere; out_lacks, err_lacks
#   out_lines N                  stdout has so many lines
#   json FILTER VALUE            jq's answer about stdout
#   clean                        stderr is empty
#   skip WHY                     the machine lacks something: not run
#
# A scenario of records runs on both stores (docs/REGISTER.md):
#
#   fresh                        a record of its own from here on: new folder, new database
#   on_both_stores FUNCTION      calls it on SQLite, then on a PostgreSQL started for it; $store is
#                                sqlite or postgres. Without PostgreSQL here: skipped at the end
#   postgres_kill, postgres_again    takes the server away like a power cut, and brings it back
#
# The first expectation that does not hold ends the scenario and shows what was said. $dir is a
# folder of its own that is removed at the end. MERLON names the program.
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
unset LANG LC_MESSAGES NO_COLOR MERLON_DATA MERLON_STORE
: "${MERLON:?name the program: MERLON=build/merlon sh tests/scenario/...}"
case $MERLON in
/*) ;;
*) MERLON=$PWD/$MERLON ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 99
# Others must be able to look inside: one scenario runs as an ordinary user.
chmod 755 "$dir"
# Check runs are recorded: each scenario has a record of its own.
MERLON_DATA=$dir/data
export MERLON_DATA
trap 'postgres_kill; chmod -R u+rwx "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
code=
called=
store=sqlite
registers=0
postgres_pid=

run() {
    called="merlon $*"
    code=0
    timeout 120 "$MERLON" "$@" >"$dir/out" 2>"$dir/err" </dev/null || code=$?
}

fail() {
    echo "FAILED: $*"
    echo "  call: $called (exit code $code)"
    echo "  stdout:" && head -c 3000 "$dir/out"
    echo "  stderr:" && head -c 3000 "$dir/err"
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

exit_is() {
    [ "$code" = "$1" ] || fail "exit code $code, expected $1"
}

out_has() {
    grep -qF -e "$1" "$dir/out" || fail "stdout lacks: $1"
}

out_lacks() {
    ! grep -qF -e "$1" "$dir/out" || fail "stdout has: $1"
}

err_has() {
    grep -qF -e "$1" "$dir/err" || fail "stderr lacks: $1"
}

err_lacks() {
    ! grep -qF -e "$1" "$dir/err" || fail "stderr has: $1"
}

out_lines() {
    [ "$(wc -l <"$dir/out")" -eq "$1" ] || fail "stdout has $(wc -l <"$dir/out") lines, expected $1"
}

clean() {
    # What may be said without need: that an ordinary user may see less, and what was recorded.
    ! grep -qv -e 'not run as root' -e 'recorded as ev-' -e 'a ledger was made' \
        -e 'is not registered' "$dir/err" || fail "stderr is not empty"
}

json() {
    said=$(jq -c "$1" "$dir/out" 2>&1) || fail "jq $1: $said"
    [ "$said" = "$2" ] || fail "jq $1 gives $said, expected $2"
}

# ---- stores ------------------------------------------------------------------------------------

# PostgreSQL refuses to run as root: as root it is user postgres, of Debian's package.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# A server of this scenario's own: a fresh folder, a socket in it, no network. 1: not installed.
postgres_start() {
    postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    [ -x "${postgres_bin:-/nowhere}/postgres" ] && command -v psql >/dev/null || return 1
    postgres_dir=$dir/pg
    mkdir "$postgres_dir" && chmod 711 "$postgres_dir"
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_dir" || return 1
    as_postgres "$postgres_bin/initdb" -D "$postgres_dir/data" -U merlon -A trust --no-sync -E UTF8 \
        --locale=C.UTF-8 >/dev/null 2>&1 || return 1
    postgres_again
}

postgres_again() {
    (cd "$postgres_dir" && exec >"$dir/pg.log" 2>&1 &&
        as_postgres "$postgres_bin/postgres" -D "$postgres_dir/data" -k "$postgres_dir" -h '' \
            -c shared_buffers=64MB) &
    for _ in $(seq 900); do
        psql -q -h "$postgres_dir" -U merlon -d postgres -c 'SELECT 1' >/dev/null 2>&1 && break
        sleep 0.1
    done
    postgres_pid=$(head -1 "$postgres_dir/data/postmaster.pid")
}

# SIGQUIT: no checkpoint, connections cut.
postgres_kill() {
    [ -n "$postgres_pid" ] || return 0
    kill -QUIT "$postgres_pid" 2>/dev/null
    for _ in $(seq 100); do
        kill -0 "$postgres_pid" 2>/dev/null || break
        sleep 0.1
    done
    postgres_pid=
}

fresh() {
    registers=$((registers + 1))
    MERLON_DATA=$dir/data.$registers
    export MERLON_DATA
    [ "$store" = postgres ] || return 0
    psql -q -h "$postgres_dir" -U merlon -d postgres -c "CREATE DATABASE t$registers" >/dev/null ||
        fail "no database"
    MERLON_STORE="postgresql://merlon@/t$registers?host=$postgres_dir"
    export MERLON_STORE
}

on_both_stores() {
    store=sqlite
    fresh
    "$1"
    postgres_start || skip "PostgreSQL is not installed here; the SQLite half passed"
    store=postgres
    fresh
    "$1"
    postgres_kill
    unset MERLON_STORE
}

need() {
    command -v "$1" >/dev/null 2>&1 || skip "$1 is not here"
}

# A small Debian-like root in $1. Accounts are in order; `spoil` in the scenarios makes them bad.
make_root() {
    mkdir -p "$1/etc/ssh" "$1/etc/pam.d" "$1/etc/security" "$1/var/lib/dpkg" "$1/root"
    cat >"$1/etc/os-release" <<'END'
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
ID=debian
VERSION_ID="12"
END
    cat >"$1/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
lan:x:1000:1000:Lan:/home/lan:/bin/bash
END
    cat >"$1/etc/group" <<'END'
root:x:0:
daemon:x:1:
shadow:x:42:
lan:x:1000:
END
    cat >"$1/etc/shadow" <<'END'
root:$y$j9T$abcdefgh$0123456789012345678901234567890123456789012:20000:0:90:7:::
daemon:*:20000:0:99999:7:::
lan:$y$j9T$abcdefgh$0123456789012345678901234567890123456789012:20000:0:90:7:::
END
    chmod 640 "$1/etc/shadow"
    printf 'PASS_MAX_DAYS 90\nPASS_MIN_DAYS 1\n' >"$1/etc/login.defs"
    printf 'PermitRootLogin no\n' >"$1/etc/ssh/sshd_config"
}

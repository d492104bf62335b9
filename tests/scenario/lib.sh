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
trap 'chmod -R u+rwx "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
code=
called=

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

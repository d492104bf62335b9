#!/bin/sh
# Bad luck: killed in the middle of an import, PostgreSQL gone in the middle, a folder that cannot be written, a
# full disk. Afterwards nothing is half-done, what was acknowledged is there, and the next command works.
. "$(dirname "$0")/lib.sh"

ok() {
    run "$@"
    exit_is 0
}

rows=4000

start() {
    ok unit add u name=U
    ok person add p name=P unit=u
    awk -v n=$rows 'BEGIN { print "key,name,class,unit,responsible"
        for (i = 1; i <= n; i++) print "m" i ",machine " i ",host_os,u,p" }' >"$dir/f.csv"
}

count() {
    run asset count
    exit_is 0
    cat "$dir/out"
}

# All or nothing; then an import of the same file makes it whole.
whole() {
    there=$(count)
    [ "$there" = 0 ] || [ "$there" = $rows ] || fail "half-done: $there of $rows after $1"
    ok asset add after name=After class=host_os unit=u responsible=p
    ok asset import "$dir/f.csv"
    err_has "added $((rows - there)), changed 0, left $there as they are"
    [ "$(count)" = $((rows + 1)) ] || fail "not whole after $1"
}

killed() {
    for moment in 0.05 0.12 0.2 0.3 0.45 0.6 0.8 1.1; do
        fresh
        start
        "$MERLON" asset import "$dir/f.csv" >"$dir/out" 2>"$dir/err" &
        victim=$!
        sleep $moment
        kill -9 $victim 2>/dev/null
        wait $victim 2>/dev/null
        whole "kill -9 after $moment s"
    done
}

# Only PostgreSQL goes away while Merlon stays.
server_gone() {
    for moment in 0.2 0.5; do
        fresh
        start
        "$MERLON" asset import "$dir/f.csv" >"$dir/out" 2>"$dir/err" &
        victim=$!
        called="merlon asset import"
        sleep $moment
        postgres_kill
        code=0
        wait $victim || code=$?
        [ "$code" = 0 ] || {
            exit_is 5
            [ "$(wc -l <"$dir/err")" -eq 1 ] || fail "not one sentence"
        }
        run asset count
        exit_is 5
        [ "$(wc -l <"$dir/err")" -eq 1 ] || fail "not one sentence"
        postgres_again
        whole "PostgreSQL gone after $moment s"
    done
}

as_nobody() { # the same call as an ordinary user, for whom modes count
    called="merlon $* (as nobody)"
    code=0
    setpriv --reuid=65534 --regid=65534 --clear-groups "$MERLON" "$@" >"$dir/out" 2>"$dir/err" || code=$?
}

read_only() {
    [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --regid=65534 --clear-groups \
        test -x "$MERLON" || return 0
    fresh
    start
    chown -R 65534 "$MERLON_DATA"
    chmod -R a-w "$MERLON_DATA"
    as_nobody asset add a1 name=x class=host_os unit=u responsible=p
    exit_is 5
    err_has "$MERLON_DATA"
    chmod -R u+w "$MERLON_DATA"
    as_nobody asset add a1 name=x class=host_os unit=u responsible=p
    exit_is 0
    MERLON_DATA=$dir/nowhere/data
    mkdir -p "$dir/nowhere"
    as_nobody unit add u2 name=x
    exit_is 5
    err_has "$dir/nowhere"
}

full_disk() {
    mkdir -p "$dir/small"
    mount -t tmpfs -o size=3m tmpfs "$dir/small" 2>/dev/null || return 0
    fresh
    MERLON_DATA=$dir/small/data
    start
    awk 'BEGIN { print "key,name,class,unit,responsible,note"
        for (i = 1; i <= 9000; i++) { printf "f%d,machine %d,host_os,u,p,", i, i
            for (j = 0; j < 20; j++) printf "word%d ", i * j; print "" } }' >"$dir/big.csv"
    run asset import "$dir/big.csv"
    full=$code
    [ "$full" = 0 ] || { exit_is 5 && [ "$(wc -l <"$dir/err")" -eq 1 ] || fail "not one sentence"; }
    run unit count
    full_count=$code
    mount -o remount,size=200m "$dir/small"
    run unit count
    exit_is 0
    [ "$(cat "$dir/out")" = 1 ] || fail "what was acknowledged is lost"
    [ "$full" = 5 ] || [ "$store" = postgres ] || fail "the disk was large enough"
    ok asset import "$dir/big.csv"
    run asset count
    [ "$(cat "$dir/out")" = 9000 ] || fail "not whole after a full disk"
    umount "$dir/small"
}

scene() {
    killed
    [ "$store" = sqlite ] || server_gone
    read_only
    full_disk
}

trap 'umount "$dir/small" 2>/dev/null; postgres_kill; chmod -R u+rwx "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
on_both_stores scene

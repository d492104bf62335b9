#!/bin/sh
# A bundle gives the verdicts that its target gave; one that was cut or altered is refused whole.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"
echo 'toor:x:0:0::/root:/bin/sh' >>"$root/etc/passwd"
bundle=$dir/host.merlon

run collect --root "$root" -o "$bundle"
exit_is 0
out_lines 0
err_has "collected"
[ -s "$bundle" ] || fail "no bundle"

# The same verdicts, rows and digests; also of the other standard.
for options in "" "--standard jtt1417-2022" "--level 4"; do
    # shellcheck disable=SC2086
    run check --root "$root" --format json $options
    exit_is 1
    jq 'del(.target.collected_at)' "$dir/out" >"$dir/live"
    # shellcheck disable=SC2086
    run check --bundle "$bundle" --format json $options
    exit_is 1
    clean
    jq 'del(.target.collected_at)' "$dir/out" >"$dir/stored"
    cmp -s "$dir/live" "$dir/stored" ||
        fail "bundle and root differ: $(diff "$dir/live" "$dir/stored" | head -5)"
done

# Two runs of one bundle are the same to the byte.
run check --bundle "$bundle" --format json
cp "$dir/out" "$dir/first"
run check --bundle "$bundle" --format json
cmp -s "$dir/out" "$dir/first" || fail "two runs of a bundle differ"

# Any table can be asked of it later, and no secret went in.
run query --bundle "$bundle" --format jsonl "SELECT name, line FROM account WHERE uid = 0 ORDER BY line"
exit_is 0
out_lines 2
out_has '"toor"'
if command -v zstd >/dev/null 2>&1; then
    zstd -dc "$bundle" >"$dir/plain"
    ! grep -aqF 'abcdefgh$0123456789' "$dir/plain" || fail "a password hash is in the bundle"
fi

# Narrowed: one check's sources only.
run collect --root "$root" --check account-uid0 --no-walk -o "$dir/small.merlon"
exit_is 0
run check --bundle "$dir/small.merlon" --check account-uid0
exit_is 1
run check --bundle "$dir/small.merlon" --check password-max-days --format json
exit_is 3
json '.results[0].verdict' '"unknown"'

# To a pipe.
"$MERLON" collect --root "$root" --check account-uid0 -o - 2>/dev/null | cat >"$dir/piped.merlon"
run check --bundle "$dir/piped.merlon" --check account-uid0
exit_is 1

refused() {
    run check --bundle "$1" --check account-uid0
    exit_is 4
    out_lines 0
    [ "$(wc -l <"$dir/err")" -eq 1 ] || fail "not one sentence"
}

size=$(wc -c <"$bundle")
for part in 0 1 10 $((size / 4)) $((size / 2)) $((size - 1)); do
    head -c "$part" "$bundle" >"$dir/cut.merlon"
    refused "$dir/cut.merlon"
done
head -c 5000 /dev/urandom >"$dir/noise.merlon"
refused "$dir/noise.merlon"
refused "$dir/nowhere.merlon"
refused "$root"
refused /dev/null

# One byte altered, at several places.
for at in $((size / 5)) $((size / 3)) $((size / 2)) $((size - 40)); do
    cp "$bundle" "$dir/altered.merlon"
    old=$(dd if="$bundle" bs=1 skip=$at count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %o $(((old + 1) % 256)))" |
        dd of="$dir/altered.merlon" bs=1 seek=$at conv=notrunc 2>/dev/null
    refused "$dir/altered.merlon"
done

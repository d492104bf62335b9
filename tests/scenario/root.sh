#!/bin/sh
# A file tree: the failing line, the passing one, and trees that cannot be used.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"

run check --root "$root" --check account-uid0 --format json
exit_is 0
clean
json '.target.kind, .target.running' '"root"
false'
json '.target.system' '"Debian GNU/Linux 12 (bookworm)"'
json '.summary.pass, .summary.fail' '1
0'
json '[.results[].check]' '["account-uid0"]'
json '.results[0].observed[0] | .subject, .ok, .src, .line' '"root"
1
"/etc/passwd"
1'
json '.results[0].evidence[0].sm3 | length' 64

# A second account with the rights of root, on line 4.
echo 'toor:x:0:0::/root:/bin/sh' >>"$root/etc/passwd"
run check --root "$root" --check account-uid0 --format json
exit_is 1
json '.results[0].verdict' '"fail"'
json '.results[0].observed[0] | .subject, .ok, .line' '"toor"
0
4'
run check --root "$root" --check account-uid0
exit_is 1
out_has "toor"
out_has "/etc/passwd:4"
out_has "merlon check show account-uid0"
clean

# The whole standard: every selected item is there, and what does not run has no running values.
run check --root "$root" --no-walk --format json
exit_is 1
json '.items | length' 211
json '[.items[] | select(.verdict == null)] | length' 0
json '[.results[] | select(.check != null)] | length > 40' true
json '[.results[] | select(.check == null and .verdict != "manual" and .verdict != "unknown")] | length' 0
json '[.summary[]] | add' "$(jq -c '.results | length' "$dir/out")"
run check --root "$root" --standard jtt1417-2022 --no-walk --format json
json '.level, .standard' '1
"jtt1417-2022"'
json '.items | length' 116

# Twice the same but for the time.
run check --root "$root" --no-walk --format json
jq 'del(.target.collected_at)' "$dir/out" >"$dir/first"
run check --root "$root" --no-walk --format json
jq 'del(.target.collected_at)' "$dir/out" >"$dir/second"
cmp -s "$dir/first" "$dir/second" || fail "two runs differ"

# Trees that cannot be used.
for bad in "$dir/nowhere" "$root/etc/passwd" "" /dev/null; do
    run check --root "$bad" --check account-uid0
    exit_is 4
    out_lines 0
    [ "$(wc -l <"$dir/err")" -le 2 ] || fail "more than one sentence"
done

#!/bin/sh
# Two runs compared: worse and better with an exit code, and files that are no report.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"
a=$dir/a.json
b=$dir/b.json
run check --root "$root" --check account-uid0 --check ssh-root-login --format json -o "$a"
exit_is 0

# Nothing changed.
run check diff "$a" "$a"
exit_is 0
clean
out_has '0 worse'
out_has '2 the same'

# A second account with uid 0 is worse; the way back is better.
echo 'toor:x:0:0::/root:/bin/sh' >>"$root/etc/passwd"
run check --root "$root" --check account-uid0 --check account-unique-uid --format json -o "$b"
exit_is 1
run check diff "$a" "$b"
exit_is 1
out_has 'account-uid0'
out_has '1 worse'
out_has '1 new'
out_has '1 gone'
run check diff "$b" "$a" --format json
exit_is 0
json .summary '{"worse":0,"better":1,"new":1,"gone":1,"different":0,"same":0}'
json '.changes[0]|[.change,.check,.before.verdict,.after.verdict]' \
    '["better","account-uid0","fail","pass"]'
json '.changes[1].before' null
json .same_question true
run check diff "$a" "$b" --lang zh
exit_is 1
out_has '变差'

# Other standards are other questions: said, not hidden.
run check --root "$root" --check account-uid0 --standard jtt1417-2022 --format json -o "$dir/c.json"
run check diff "$b" "$dir/c.json"
exit_is 0
out_has 'different standards'

# Wrong usage.
run check diff "$a"
exit_is 2
run check diff "$a" "$b" "$a"
exit_is 2
run check diff "$a" "$b" --format html
exit_is 2

# Files that are no report: one sentence, exit code 4, nothing on stdout.
no_report() {
    run check diff "$a" "$1"
    exit_is 4
    out_lines 0
    err_has "$1"
    [ "$(wc -l <"$dir/err")" -eq 1 ] || fail "more than one sentence"
}
no_report "$dir/nowhere.json"
no_report "$root"
: >"$dir/empty.json"
no_report "$dir/empty.json"
head -c 300 "$a" >"$dir/cut.json"
no_report "$dir/cut.json"
echo '[]' >"$dir/list.json"
no_report "$dir/list.json"
head -c 200000 /dev/zero | tr '\0' '[' >"$dir/deep.json"
no_report "$dir/deep.json"
head -c 40000000 /dev/zero >"$dir/large.json"
no_report "$dir/large.json"
jq '.results[0].verdict = "splendid"' "$a" >"$dir/verdict.json"
no_report "$dir/verdict.json"
jq '.results += .results' "$a" >"$dir/twice.json"
no_report "$dir/twice.json"
jq '.level = "three"' "$a" >"$dir/level.json"
no_report "$dir/level.json"

# What a report holds cannot steer the terminal.
jq '.results[0].reason = "\u001b[2J\nforged" | .target.name = "\u001b]0;x\u0007"' "$b" >"$dir/evil.json"
run check diff "$a" "$dir/evil.json"
exit_is 1
! grep -q "$(printf '\033')" "$dir/out" "$dir/err" || fail "an escape character came through"

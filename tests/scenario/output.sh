#!/bin/sh
# Where data goes: files atomically, devices and pipes directly; a write error has an exit code.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"

# A file is replaced whole and keeps its mode; nothing is left beside it.
mkdir "$dir/reports"
report=$dir/reports/report.json
echo old >"$report"
chmod 600 "$report"
before=$(stat -c %i "$report")
run check --root "$root" --check account-uid0 --format json -o "$report"
exit_is 0
out_lines 0
jq -e .summary "$report" >/dev/null || fail "the report is not whole"
[ "$(stat -c %i "$report")" != "$before" ] || fail "the file was written in place, not replaced"
[ "$(stat -c %a "$report")" = 600 ] || fail "the mode changed"
[ "$(ls -A "$dir/reports")" = report.json ] || fail "something was left beside the report"

# On failure the old file stands.
run check --root "$dir/nowhere" --format json -o "$report"
exit_is 4
jq -e .summary "$report" >/dev/null || fail "the old report is gone"

# The exit code is the verdict's, also with -o.
echo 'toor:x:0:0::/root:/bin/sh' >>"$root/etc/passwd"
run check --root "$root" --check account-uid0 -o "$dir/report.txt"
exit_is 1
grep -q toor "$dir/report.txt" || fail "the report lacks the row"

# Devices and pipes.
run law standards --format jsonl -o /dev/stdout
exit_is 0
out_lines 2
run law standards --format jsonl -o -
out_lines 2
said=$("$MERLON" law standards --format jsonl -o /dev/stdout | wc -l)
[ "$said" -eq 2 ] || fail "/dev/stdout into a pipe gives $said lines"
mkfifo "$dir/pipe"
cat "$dir/pipe" >"$dir/piped" &
reader=$!
run law standards --format jsonl -o "$dir/pipe"
exit_is 0
wait $reader
[ "$(wc -l <"$dir/piped")" -eq 2 ] || fail "the pipe did not get everything"
[ -p "$dir/pipe" ] || fail "the pipe was replaced"
run law standards -o /dev/null
exit_is 0
[ -c /dev/null ] || fail "/dev/null was replaced"

# Write errors are said and have a code.
run law standards -o /dev/full
exit_is 5
err_has "/dev/full"
called="merlon law standards > /dev/full"
code=0
"$MERLON" law standards >/dev/full 2>"$dir/err" || code=$?
exit_is 5
err_has "standard output"
called="merlon law standards >&-"
code=0
"$MERLON" law standards >&- 2>"$dir/err" || code=$?
exit_is 5
run law standards -o "$dir/nowhere/file"
exit_is 5
run law standards -o "$root"
exit_is 5

# A reader that goes away: no noise.
"$MERLON" law clauses --scope all --format jsonl 2>"$dir/err" | head -1 >/dev/null
: >"$dir/out"
[ ! -s "$dir/err" ] || fail "noise about a closed pipe"

# Neither colour nor progress where there is no terminal.
run check --root "$root" --check account-uid0
! grep -q "$(printf '\033')" "$dir/out" "$dir/err" || fail "escape characters without a terminal"

# On a terminal there is colour, unless NO_COLOR says otherwise.
script -qec true /dev/null >/dev/null 2>&1 </dev/null ||
    { echo "no pseudo-terminal here: colour is not tried"; exit 0; }
TERM=xterm script -qec "'$MERLON' check --root '$root' --check account-uid0" /dev/null >"$dir/out" 2>&1 </dev/null
grep -q "$(printf '\033')\[31m" "$dir/out" || fail "no colour on a terminal"
NO_COLOR=1 TERM=xterm script -qec "'$MERLON' check --root '$root' --check account-uid0" /dev/null >"$dir/out" 2>&1 </dev/null
! grep -q "$(printf '\033')\[3" "$dir/out" || fail "colour in spite of NO_COLOR"

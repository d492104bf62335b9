#!/bin/sh
# A tree that was made to hurt: ways out, pipes, binary and endless files, loops, control characters.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"

# Links and ".." stay inside: the real /etc/passwd of this machine is never read.
mkdir -p "$dir/outside/etc"
echo 'outside:x:0:0::/:/bin/sh' >"$dir/outside/etc/passwd"
rm "$root/etc/passwd"
ln -s ../../outside/etc/passwd "$root/etc/passwd"
run check --root "$root" --check account-uid0 --format json
out_lacks "outside:"
json '[.results[].observed[] | select(.subject == "outside")] | length' 0
json '.results[0].verdict == "pass"' false
rm "$root/etc/passwd"
ln -s "$dir/outside/etc/passwd" "$root/etc/passwd"
run query --root "$root" --format jsonl "SELECT name FROM account"
out_lacks "outside"
rm "$root/etc/passwd"
ln -s passwd "$root/etc/passwd" # a loop
run check --root "$root" --check account-uid0 --format json
json '.results[0].verdict == "pass"' false
rm "$root/etc/passwd"

# A pipe where a file is expected: no waiting, no pass.
mkfifo "$root/etc/passwd"
run check --root "$root" --check account-uid0 --format json
[ "$code" -ne 124 ] || fail "it waited for the pipe"
json '.results[0].verdict' '"unknown"'
rm "$root/etc/passwd"

# Binary where text is expected.
head -c 100000 /dev/urandom >"$root/etc/passwd"
printf '\0' >>"$root/etc/passwd"
run check --root "$root" --check account-uid0 --format json
json '.results[0].verdict == "pass"' false

# 1 GiB (sparse) where some lines are expected.
truncate -s 1G "$root/etc/passwd"
run check --root "$root" --check account-uid0 --format json
exit_is 3
json '.results[0].verdict' '"unknown"'

# A folder in its place, and nothing at all.
rm "$root/etc/passwd"
mkdir "$root/etc/passwd"
run check --root "$root" --check account-uid0 --format json
json '.results[0].verdict == "pass"' false
rmdir "$root/etc/passwd"
run check --root "$root" --check account-uid0 --format json
json '.results[0].verdict == "pass"' false

# An include that includes itself.
make_root "$root"
echo 'Include /etc/ssh/sshd_config' >>"$root/etc/ssh/sshd_config"
run check --root "$root" --check ssh-root-login --format json
[ "$code" -le 3 ] || fail "an include loop ends with $code"

# What a target says does not steer the terminal.
printf 'ev\033[2Jil:x:0:0::/:/bin/sh\n' >>"$root/etc/passwd"
run check --root "$root" --check account-uid0
exit_is 1
! grep -q "$(printf '\033')" "$dir/out" || fail "an escape character reached the output"
run query --root "$root" "SELECT name FROM account"
! grep -q "$(printf '\033')" "$dir/out" || fail "an escape character reached the table"

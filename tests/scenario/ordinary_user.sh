#!/bin/sh
# An ordinary user: what he cannot read is unknown, with the reason, and never a pass.
. "$(dirname "$0")/lib.sh"
need jq
[ "$(id -u)" = 0 ] || skip "only root can become an ordinary user"
need setpriv
root=$dir/root
make_root "$root"
chmod 600 "$root/etc/shadow" "$root/etc/ssh/sshd_config"
cp "$MERLON" "$dir/merlon"
chmod 755 "$dir/merlon"
MERLON_DATA=$dir/nobody
mkdir "$MERLON_DATA"
chown 65534:65534 "$MERLON_DATA"

as_nobody() {
    called="as nobody: merlon $*"
    code=0
    setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/merlon" "$@" \
        >"$dir/out" 2>"$dir/err" </dev/null || code=$?
}

as_nobody version
[ "$code" = 0 ] || skip "nobody cannot run the program from here"

as_nobody check --root "$root" --format json --check account-password-set --check account-uid0
exit_is 3
err_has "not run as root"
json '[.results[] | select(.check == "account-password-set") | .verdict]' '["unknown"]'
json '[.results[] | select(.check == "account-uid0") | .verdict]' '["pass"]'
json '[.results[] | select(.check == "account-password-set") | .evidence[] | select(.source == "/etc/shadow") | .status] | unique' '["denied"]'
json '[.results[] | select(.check == "account-password-set") | .reason | length > 0] | all' true

# All checks: none that leans on a denied source passes.
as_nobody check --root "$root" --no-walk --format json
json '[.results[] | select(.check != null and .verdict == "pass" and ([.evidence[] | select(.status == "denied")] | length) > 0) | .check]' '[]'
json '[.results[] | select(.verdict == "unknown" and .reason == "") | .check]' '[]'

# The same of this very host.
as_nobody check --no-walk --format json
json '[.results[] | select(.check != null and .verdict == "pass" and ([.evidence[] | select(.status == "denied")] | length) > 0) | .check]' '[]'
json '[.results[] | select(.check == "account-password-set") | .verdict]' '["unknown"]'

# A folder that cannot be entered: the answer is marked as not whole.
chmod 700 "$root/etc"
as_nobody query --root "$root" "SELECT name FROM account"
exit_is 3
err_has "not read whole: /etc/passwd"
chmod 755 "$root/etc"

# A root that cannot be entered at all.
chmod 700 "$root"
as_nobody check --root "$root" --check account-uid0
exit_is 4
out_lines 0

#!/bin/sh
# run.sh: reports as a browser and as other programs see them. Makes a small root and its reports, then
# report.mjs opens the pages in Debian's Chromium and formats.mjs holds SARIF and OCSF against their
# schemas. The driver and the SARIF schema come from npm by the lock file, into BUILD.
# 77 (skipped) without Node.js, npm, Chromium, or where the registry cannot be reached.
#   sh run.sh MERLON BUILD
set -u
merlon=$1 build=$2
here=$(cd "$(dirname "$0")" && pwd) || exit 99
unset LANG LC_ALL LC_MESSAGES
skip() { echo "skipped: $*"; exit 77; }
for program in node npm; do
    command -v $program >/dev/null || skip "no $program"
done
chromium=$(command -v chromium) || skip "no chromium"

mkdir -p "$build" || exit 99
if ! cmp -s "$here/package-lock.json" "$build/installed.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$build/" || exit 99
    (cd "$build" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) ||
        { tail -5 "$build/npm.log"; skip "npm ci did not end well"; }
    cp "$here/package-lock.json" "$build/installed.json" || exit 99
fi
cp "$here"/*.mjs "$build/" || exit 99

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
MERLON_DATA=$work/data # what is judged here is recorded here
export MERLON_DATA
root="$work/<img src=x onerror=alert(1)>"
mkdir -p "$root/etc/ssh" "$root/usr/sbin" "$work/out" || exit 99
: >"$root/usr/sbin/sshd"
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian <b>12</b>"\n' >"$root/etc/os-release"
printf 'root:x:0:0:root:/root:/bin/bash\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
printf 'root:*:20000:0:90:7:::\n' >"$root/etc/shadow"
printf 'PermitRootLogin yes\nMaxSessions 99\n' >"$root/etc/ssh/sshd_config"
cat >"$work/site.yaml" <<'END'
profile: line-two
exclude:
  - {check: ssh-root-login, reason: "replaced in May", by: Lan, expires: 2999-12-31}
  - {check: password-max-days-default, reason: old terminals, expires: 2020-01-31}
END
report() {
    "$merlon" check --root "$root" --no-walk --profile "$work/site.yaml" "$@" 2>"$work/said"
    [ $? -le 3 ] || { cat "$work/said"; exit 1; }
}
for lang in en zh vi; do
    report --lang $lang --format html -o "$work/out/$lang.html"
done
report --format sarif -o "$work/out/sarif.json"
report --format ocsf -o "$work/out/ocsf.jsonl"

cd "$build" || exit 99
node formats.mjs node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json \
    "$work/out/sarif.json" "$work/out/ocsf.jsonl" || exit 1
node report.mjs "$chromium" "$work/out"

#!/bin/sh
# deps.sh PACKAGE...: installs the Debian packages that are not there yet, and says so.
set -eu
missing=
for p in "$@"; do
    # Node.js from elsewhere brings npm along and does not go with Debian's.
    [ "$p" != npm ] || ! command -v npm >/dev/null || continue
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "deps: this is no Debian; install by hand:$missing" >&2
    exit 1
fi
echo "deps: installing$missing"
asroot=
[ "$(id -u)" = 0 ] || asroot=sudo
$asroot apt-get update -qq
# A server among them must not start by being installed: RUNLEVEL tells init scripts so, policy-rc.d
# systemd. A policy that is there already is left as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ] && [ ! -L $policy ]; then
    trap '$asroot rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' | $asroot tee $policy >/dev/null
    $asroot chmod 755 $policy
fi
# shellcheck disable=SC2086
$asroot env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "deps: done"

#!/bin/sh
# run.sh: everything `make test` proves, in three builds:
#
#   build-gcc    gcc, warnings are errors      all tests: units, scenarios, fuzz corpora, the house
#   build-asan   gcc, ASan + UBSan             units, scenarios, fuzz corpora, but those of suite long
#   build-clang  clang, warnings are errors    units and corpora, but those of suite long
#
# Ends with "N passed, N failed", the sum over the builds; exit code 1 when one failed.
set -u
cd "$(dirname "$0")/.." || exit 99
passed=0 failed=0 skipped=0
log=$(mktemp) || exit 99
# No test may touch this machine's own record, even one that forgets to keep its own.
MERLON_DATA=$(mktemp -d) || exit 99
export MERLON_DATA
unset MERLON_STORE
trap 'rm -rf "$log" "$MERLON_DATA"' EXIT

count() { # NAME FILE: the number behind "NAME:" in meson's summary
    awk -v name="$1:" '$1 == name { n = $2 } $1 " " $2 == name { n = $3 } END { print n + 0 }' "$2"
}

# try FOLDER COMPILER SUITES MESON-OPTION...
try() {
    folder=$1 compiler=$2 suites=$3
    shift 3
    echo "== $folder: $compiler $*"
    if [ ! -f "$folder/build.ninja" ]; then
        rm -rf "$folder"
        CC=$compiler meson setup "$folder" --werror "$@" >"$log" 2>&1 ||
            { cat "$log"; failed=$((failed + 1)); return; }
    fi
    ninja -C "$folder" >"$log" 2>&1 ||
        { grep -E 'error|warning|FAILED|undefined' "$log" | head -40; failed=$((failed + 1)); return; }
    # shellcheck disable=SC2086
    meson test -C "$folder" --no-rebuild --print-errorlogs $suites 2>&1 | tee "$log"
    passed=$((passed + $(count Ok "$log")))
    skipped=$((skipped + $(count Skipped "$log")))
    failed=$((failed + $(count Fail "$log") + $(count Timeout "$log") + $(count "Unexpected Pass" "$log")))
}

# sshd -T, the oracle of our sshd reader, wants this folder, which only the service makes.
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd

ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
try build-gcc gcc ''
try build-asan gcc '--timeout-multiplier 4 --suite unit --suite fuzz --suite scenario --no-suite long' \
    -Db_sanitize=address,undefined -Db_lundef=false
try build-clang clang '--suite unit --suite fuzz --no-suite long'

echo
echo "$skipped skipped; logs: build-*/meson-logs/testlog.txt"
if [ "$passed" -eq 0 ]; then failed=$((failed + 1)); fi
[ "$failed" -eq 0 ] && echo "Next: make run    this host against the law"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

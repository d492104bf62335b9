#!/bin/sh
# run.sh SECONDS: fuzzes every target for so long, from its corpus. New inputs that find new paths
# are kept in build-fuzz/found/; an input that breaks a target is named and ends the run.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ -f build-fuzz/build.ninja ] ||
    CC=clang meson setup build-fuzz -Dfuzz=true -Dc_args=-fsanitize=fuzzer-no-link \
        -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
ninja -C build-fuzz | tail -1
for source in tests/fuzz/fuzz_*.c; do
    thing=$(basename "$source" .c | sed 's/^fuzz_//')
    mkdir -p "build-fuzz/found/$thing"
    echo "fuzz: $thing for $seconds s"
    "build-fuzz/tests/fuzz/fuzz-$thing" -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="build-fuzz/crash-$thing-" "build-fuzz/found/$thing" \
        "tests/fuzz/corpus/$thing" >"build-fuzz/$thing.log" 2>&1 ||
        { tail -40 "build-fuzz/$thing.log"; echo "fuzz: $thing broke; see build-fuzz/$thing.log"; exit 1; }
    grep -E 'number_of_executed_units|peak_rss' "build-fuzz/$thing.log" | sed 's/^/  /'
done
echo "fuzz: nothing broke; next: make test replays the corpora"

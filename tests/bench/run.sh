#!/bin/sh
# run.sh: `make bench`. Measures what docs/BENCHMARKS.md tabulates, prints one line for each with its
# bar, and exits 1 when one is missed. INODES=700000 makes the tree of the walk larger (200000).
set -eu
cd "$(dirname "$0")/../.."
build=build-bench
missed=0
[ -f $build/build.ninja ] || meson setup $build --buildtype=release -Db_ndebug=false >/dev/null
ninja -C $build merlon tests/bench/bench_evaluate tests/bench/bench_run tests/bench/bench_walk |
    tail -1
merlon=$build/merlon
bench=$build/tests/bench
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

judge() { # WHAT VALUE BAR UNIT
    verdict=ok
    [ "$(awk -v v="$2" -v b="$3" 'BEGIN { print (v <= b) }')" = 1 ] || { verdict=MISSED; missed=1; }
    printf '%-52s %10s %-4s bar %s %s: %s\n' "$1" "$2" "$4" "$3" "$4" "$verdict"
}

"$merlon" check --no-walk --format json -o "$dir/run.json" || [ $? -le 3 ]
checks=$(jq '[.results[] | select(.check != null)] | length' "$dir/run.json")
set -- $("$bench/bench_run" 21 "$merlon" check --no-walk)
judge "a check without the walk, start-up included" \
    "$(awk -v w="$1" -v n="$checks" 'BEGIN { printf "%.3f", w / n }')" 0.9 ms
judge "resident memory of that run ($checks checks)" \
    "$(awk -v k="$2" 'BEGIN { printf "%.1f", k / 1024 }')" 32 MiB

"$merlon" collect --no-walk -o "$dir/bundle" 2>/dev/null
set -- $("$bench/bench_evaluate" "$dir/bundle" 300 | awk '{ print $7, $2 }')
judge "evaluating an opened bundle, $2 queries" "$1" 10 ms

sh tests/bench/lynis.sh "$merlon" "$bench/bench_run" || missed=1

echo "walk: a tree of ${INODES:-200000} inodes against find with the same predicates"
"$bench/bench_walk" "${INODES:-200000}" || missed=1
set -- $("$bench/bench_run" 3 "$merlon" check)
judge "resident memory of a run with the walk of /" \
    "$(awk -v k="$2" 'BEGIN { printf "%.1f", k / 1024 }')" 64 MiB
echo "Next: put the lines into docs/BENCHMARKS.md when they changed"
exit $missed

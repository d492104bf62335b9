#!/bin/sh
# run.sh: `make bench`. Measures what docs/BENCHMARKS.md tabulates, prints one line for each with its
# bar, and exits 1 when one is missed. INODES=700000 makes the tree of the walk larger (200000),
# RECORDS=10000000 the ledger that is verified (1000000); BENCH_DIR is a folder on the disk to measure.
set -eu
cd "$(dirname "$0")/../.."
build=build-bench
missed=0
[ -f $build/build.ninja ] || meson setup $build --buildtype=release -Db_ndebug=false >/dev/null
ninja -C $build merlon tests/bench/bench_evaluate tests/bench/bench_ledger tests/bench/bench_run \
    tests/bench/bench_register tests/bench/bench_select \
    tests/bench/bench_walk | tail -1
merlon=$build/merlon
bench=$build/tests/bench
dir=$(mktemp -d ${BENCH_DIR:+-p "$BENCH_DIR"})
trap 'rm -rf "$dir"' EXIT
# Recording a run is measured with the ledger; the other numbers are of judging alone.
MERLON_DATA=$dir/data
export MERLON_DATA
unset MERLON_STORE

judge() { # WHAT VALUE BAR UNIT
    verdict=ok
    [ "$(awk -v v="$2" -v b="$3" 'BEGIN { print (v <= b) }')" = 1 ] || { verdict=MISSED; missed=1; }
    printf '%-52s %10s %-4s bar %s %s: %s\n' "$1" "$2" "$4" "$3" "$4" "$verdict"
}

"$merlon" check --no-record --no-walk --format json -o "$dir/run.json" || [ $? -le 3 ]
checks=$(jq '[.results[] | select(.check != null)] | length' "$dir/run.json")
set -- $("$bench/bench_run" 21 "$merlon" check --no-record --no-walk)
judge "a check without the walk, start-up included" \
    "$(awk -v w="$1" -v n="$checks" 'BEGIN { printf "%.3f", w / n }')" 0.9 ms
judge "resident memory of that run ($checks checks)" \
    "$(awk -v k="$2" 'BEGIN { printf "%.1f", k / 1024 }')" 32 MiB

"$merlon" collect --no-walk -o "$dir/bundle" 2>/dev/null
# the middle of three processes: where memory lies differs between processes, by up to a tenth
set -- $(for _ in 1 2 3; do "$bench/bench_evaluate" "$dir/bundle" 300; done | awk '{ print $7, $2 }' |
    sort -n | sed -n 2p)
judge "evaluating an opened bundle, $2 queries" "$1" 10 ms

set -- $("$bench/bench_select" | awk '{ print $1, $6 }')
judge "selecting the items of one system, all scopes" "$1" 5 ms
judge "selecting the items of 2,000 systems" "$2" 5 s

sh tests/bench/lynis.sh "$merlon" "$bench/bench_run" || missed=1

echo "walk: a tree of ${INODES:-200000} inodes against find with the same predicates"
"$bench/bench_walk" "${INODES:-200000}" || missed=1
set -- $("$bench/bench_run" 3 "$merlon" check --no-record)
judge "resident memory of a run with the walk of /" \
    "$(awk -v k="$2" 'BEGIN { printf "%.1f", k / 1024 }')" 64 MiB
judge_least() { # WHAT VALUE BAR UNIT
    verdict=ok
    [ "$(awk -v v="$2" -v b="$3" 'BEGIN { print (v >= b) }')" = 1 ] || { verdict=MISSED; missed=1; }
    printf '%-52s %10s %-4s at least %s: %s\n' "$1" "$2" "$4" "$3" "$verdict"
}

echo "ledger: durable appends beside SQLite (WAL, synchronous=FULL) with as many threads, same disk"
for threads in 1 8 64; do
    mkdir "$dir/append$threads"
    set -- $("$bench/bench_ledger" append "$dir/append$threads" $threads 5)
    printf '%-52s %10s /s   SQLite %s /s\n' "durable appends, $threads appenders" "$1" "$2"
done
judge_least "durable appends, 64 appenders, over SQLite's" \
    "$(awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }')" 2 x
set -- $("$bench/bench_ledger" sm3)
printf '%-52s %10s /s   one by one %s /s, EVP %s /s\n' "SM3 of leaves of 200 bytes" "$1" "$2" "$3"
mkdir "$dir/verify"
"$bench/bench_ledger" build "$dir/verify" "${RECORDS:-1000000}"
set -- $("$bench/bench_ledger" verify "$dir/verify")
printf '%-52s %10s s\n' "verifying a ledger of $3 records" "$1"
judge "resident memory of that" "$(awk -v k="$2" 'BEGIN { printf "%.1f", k / 1024 }')" 32 MiB

# The slowest page of each store is what counts; all are printed.
echo "register: 100,200 assets in each store (ASSETS=600 times SCALE, SCALE=${SCALE:-167})"
"$bench/bench_register" "${SCALE:-167}" >"$dir/register"
cat "$dir/register"
for store in sqlite postgres; do
    grep -q "^$store" "$dir/register" || { echo "$store: not installed, not measured"; continue; }
    judge "$store: the slowest page or count of 100,200 assets" "$(awk -v s=$store '
        $1 == s { for (i = 2; i < NF; i++) if ($(i + 1) == "ms" && $i + 0 > most) most = $i }
        END { print most + 0 }' "$dir/register")" 50 ms
    judge "$store: import of all, with journal" "$(awk -v s=$store '
        $1 == s && $2 == "import," { for (i = 2; i < NF; i++) if ($(i + 1) == "s") print $i }' \
        "$dir/register")" 20 s
done
awk 'BEGIN { print "key,name,class,unit,responsible,addresses,note"
    for (i = 1; i <= 100000; i++)
        print "m" i ",machine " i ",host_os,u,p,10." int(i / 65536) "." int(i / 256) % 256 "." i % 256 ",note" }' \
    >"$dir/assets.csv"
"$merlon" unit add u name=Unit 2>/dev/null
"$merlon" person add p name=Person unit=u 2>/dev/null
began=$(date +%s.%N)
"$merlon" asset import "$dir/assets.csv"
judge "merlon asset import, 100,000 rows, with its ledger" \
    "$(awk -v b="$began" -v e="$(date +%s.%N)" 'BEGIN { printf "%.1f", e - b }')" 20 s
echo "size on disk: database $(du -h "$dir/data/merlon.db" | cut -f1), ledger $(du -sh "$dir/data/ledger" | cut -f1)"
echo "Next: put the lines into docs/BENCHMARKS.md when they changed"
exit $missed

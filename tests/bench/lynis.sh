#!/bin/sh
# lynis.sh MERLON BENCH_RUN: what one check costs here, against one test of Lynis on the same running
# host, both as root, both after a warm-up, one after the other. Wall time of the whole program, its
# start and its report included, divided by what it performed:
#
#   Lynis    lynis_tests_done of its own report: the tests it ran, those it skipped left out
#   Merlon   checks that came to pass or fail; unknown and not applicable are not counted
#
# No test of Lynis looks through a whole file system, so the bar is for a run without our walk; the
# run with it is told beside it. The tests and the checks are not the same ones: this compares the
# price of a finding, not the findings. Exit code 1 when Lynis does not take BAR times as long.
set -eu
merlon=$1 run=$2
BAR=100
command -v lynis >/dev/null || { echo "Lynis is not installed: not compared"; exit 0; }
[ "$(id -u)" = 0 ] || { echo "Lynis is compared as root only"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# shellcheck disable=SC2046
set -- $("$run" 1 lynis audit system --quick --no-colors --quiet \
    --logfile "$dir/log" --report-file "$dir/report")
tests=$(sed -n 's/^lynis_tests_done=//p' "$dir/report")
[ "${tests:-0}" -gt 0 ] || { echo "lynis: its report counts no tests" >&2; exit 1; }
peer=$(awk -v w="$1" -v n="$tests" 'BEGIN { print w / n }')
awk -v v="$(sed -n 's/^lynis_version=//p' "$dir/report")" -v n="$tests" -v w="$1" -v each="$peer" \
    'BEGIN { printf "Lynis %s: %d tests in %.1f s, %.0f ms each\n", v, n, w / 1000, each }'

price() { # OPTION...: prints "CHECKS MILLISECONDS-OF-ALL TIMES"
    "$merlon" check --no-record "$@" --format json -o "$dir/run.json" || [ $? -le 3 ]
    checks=$(jq '[.results[] | select(.check != null)
                  | select(.verdict == "pass" or .verdict == "fail")] | length' "$dir/run.json")
    "$run" 11 "$merlon" check --no-record "$@" |
        awk -v n="$checks" -v peer="$peer" '{ printf "%d %s %.0f\n", n, $1, peer * n / $1 }'
}

# shellcheck disable=SC2046
set -- $(price)
echo "Merlon with the walk of $(df --output=iused / | tail -1 | tr -d ' ') inodes: $1 checks in $2 ms," \
    "Lynis takes $3 times as long for one"
# shellcheck disable=SC2046
set -- $(price --no-walk)
verdict=ok
[ "$3" -ge $BAR ] || verdict=MISSED
printf '%-52s %10s %-4s bar %s: %s\n' "Lynis against a check without the walk ($1 in $2 ms)" "$3" \
    times $BAR $verdict
[ $verdict = ok ]

#!/bin/sh
# Selection: every mix of S and A at every grade and scope against a count of our own, made by jq
# from the facts beside the repository (../shared/facts or MERLON_FACTS), id by id.
. "$(dirname "$0")/lib.sh"
need jq
facts=${MERLON_FACTS:-$here/../../../shared/facts}/gbt22239.jsonl
[ -r "$facts" ] || skip "no facts at $facts"

# own S A G SCOPE...: the ids that bind, sorted
own() {
    s=$1 a=$2 g=$3
    shift 3
    scopes=$(printf '%s\n' "$@" | jq -R . | jq -sc .)
    jq -r --argjson s "$s" --argjson a "$a" --argjson g "$g" --argjson scopes "$scopes" \
        'select(.scope as $x | $scopes | index($x))
         | select(.level == (if .sag == "S" then $s elif .sag == "A" then $a else $g end)) | .id' \
        "$facts" | sort
}

for s in 1 2 3 4; do
    for a in 1 2 3 4; do
        g=$s
        [ "$a" -le "$g" ] || g=$a
        own $s $a $g general >"$dir/own"
        run law select --standard gbt22239-2019 --s $s --a $a --g $g --format jsonl
        exit_is 0
        clean
        jq -r .id "$dir/out" | sort | cmp -s - "$dir/own" || fail "S${s}A${a}G$g differs"
        # Each object is the facts' own, with its mark.
        json_all='[.mark, .sag] | .[0] == (if .[1] == "S" or .[1] == "A" then .[1] else "G" end)'
        [ "$(jq "$json_all" "$dir/out" | sort -u)" = true ] || fail "marks differ"
        run law select --s $s --a $a --scope general,cloud,iot --format jsonl
        exit_is 0
        own $s $a $g general cloud iot >"$dir/own"
        jq -r .id "$dir/out" | sort | cmp -s - "$dir/own" || fail "S${s}A${a}G$g with cloud differs"
    done
done

# The counts that facts/README.md expects, by grade and scope.
while read -r scope one two three four; do
    set -- "$one" "$two" "$three" "$four"
    for level in 1 2 3 4; do
        run law select --s $level --a $level --scope "$scope" --format jsonl
        exit_is 0
        out_lines "$1"
        shift
    done
done <<EOF
general 55 135 211 228
cloud 11 29 46 49
mobile 5 14 19 21
iot 4 7 20 21
ics 9 15 21 22
bigdata 3 12 24 25
EOF

run law select --s 3 --a 3 --scope all --format jsonl
out_lines 341
run law select --s 3 --a 3 --class dbms --format jsonl
exit_is 0
[ "$(jq -c '.classes | index("dbms") != null' "$dir/out" | sort -u)" = true ] || fail "--class keeps others"
run law select --s 3 --a 3 --class dbms,host_os --class middleware --format csv
exit_is 0
run law select --s 3 --a 2
exit_is 0
out_has "GB22239-L3-8.1.4.1-a"

# What the platform answers for.
printf 'general.ia_id\nGB22239-L3-8.1.1.1-a\n' >"$dir/inherited"
run law select --s 3 --a 3 --inherited "$dir/inherited" --format jsonl
exit_is 0
[ "$(jq -r 'select(.inherited) | .id' "$dir/out" | wc -l)" = 2 ] || fail "two items are inherited"
echo GB22239-L2-7.1.4.1-a >"$dir/inherited"
run law select --s 3 --a 3 --inherited "$dir/inherited" --format jsonl
exit_is 2
out_lines 0
err_has "does not bind"

# Wrong usage: one sentence, nothing on stdout.
wrong() {
    run law select "$@" --format jsonl
    exit_is 2
    out_lines 0
}
wrong
err_has "needs --s"
wrong --s 3
err_has "needs --a"
wrong --s 5 --a 3
err_has "no level 5"
wrong --s 3 --a 2 --g 2
err_has "is no grade"
wrong --s 3 --a x
wrong --s 0 --a 3
wrong --s 3 --a 3 --scope moon
err_has "moon"
wrong --s 3 --a 3 --scope general,
wrong --s 3 --a 3 --class printer
err_has "printer"
wrong --s 3 --a 3 --standard iso27001
err_has "unknown standard"
wrong --s 2 --a 2 --standard jtt1417-2022

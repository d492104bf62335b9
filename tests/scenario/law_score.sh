#!/bin/sh
# Scores: the worked example of 79.0, the rate, boundaries, bad input; OSCAL.
. "$(dirname "$0")/lib.sh"
need jq

run law clauses --level 3 --format jsonl
cp "$dir/out" "$dir/items"
management='["安全管理制度","安全管理机构","安全管理人员","安全建设管理","安全运维管理"]'
jq -r --argjson m "$management" 'select(.layer as $l | $m | index($l) | not) | .id' "$dir/items" >"$dir/technical"
jq -r --argjson m "$management" 'select(.layer as $l | $m | index($l)) | .id' "$dir/items" >"$dir/management"

some() { # FILE FROM COUNT RESULT WEIGHT: lines of results
    tail -n +"$2" "$dir/$1" | head -n "$3" |
        jq -Rc --argjson x "$4" --argjson w "$5" '{item: ., object: "o", result: $x, weight: $w}'
}
{
    some technical 1 6 0 1
    some technical 7 10 0.5 2
    some technical 17 4 0 3
    some technical 21 65 1 1
    some management 1 8 0 1
    some management 9 6 0.5 2
    some management 15 101 1 1
} >"$dir/results"
[ "$(wc -l <"$dir/results")" = 200 ] || fail "the example has 200 items"
run law score --template 2021 --results "$dir/results" --format json
exit_is 0
clean
json '[.score, .technical, .management, .conclusion, .items]' '[79,36,43,"中",200]'
jq -c 'if .result == 0 then .risk = "high" else . end' "$dir/results" >"$dir/high"
run law score --template 2021 --results "$dir/high" --format json
json '[.score, .conclusion, .risks.high]' '[79,"差",18]'
run law score --template 2021 --results "$dir/results"
exit_is 0
out_has "79.0 points"

# Weights from a file instead of the lines.
jq -c 'del(.weight)' "$dir/results" >"$dir/bare"
jq -c '{item, weight}' "$dir/results" >"$dir/weights"
run law score --template 2021 --results "$dir/bare" --format json
json .weighted false
run law score --template 2021 --results "$dir/bare" --weights "$dir/weights" --format json
json '[.score, .weighted]' '[79,true]'

run law score --template 2025 --results "$dir/results" --format json
json '[.compliance_rate, .conclusion]' '[83,"基本符合"]'
{ some technical 1 9 1 1; some technical 10 1 0 1; } >"$dir/ninety"
run law score --template 2025 --results "$dir/ninety" --format json
exit_is 0
json '[.compliance_rate, .conclusion, (.reason | length > 0)]' '[90,"undetermined",true]'

# All that binds: what has no result is not met.
run law score --template 2025 --results "$dir/results" --s 3 --a 3 --format json
json '[.items, .missing, .conforming]' '[211,11,166]'

bad() { # EXPECTED-SENTENCE LINE
    printf '%s\n' "$2" >"$dir/bad"
    run law score --template 2021 --results "$dir/bad" --format json
    exit_is 2
    out_lines 0
    err_has "$1"
}
id=$(head -n 1 "$dir/technical")
bad "there is no item" '{"item": "GB22239-L3-1.2.3-z", "result": 1}'
bad '"result" must be' "{\"item\": \"$id\", \"result\": 3}"
bad "not one JSON object" 'result: 1'
bad "nothing to score" "{\"item\": \"$id\", \"result\": \"n/a\"}"
bad "second result" "{\"item\": \"$id\", \"result\": 1}
{\"item\": \"$id\", \"result\": 1}"
bad "does not bind" "{\"item\": \"$id\", \"result\": 1}
{\"item\": \"GB22239-L2-7.1.1.2\", \"result\": 1}"
run law score --template 2025 --results "$dir/results" --s 2 --a 2 --format json
exit_is 2
out_lines 0
err_has "does not bind"
run law score --template 2023 --results "$dir/results"
exit_is 2
run law score --results "$dir/results"
exit_is 2
err_has "needs --template"
run law score --template 2021
exit_is 2
err_has "needs --results"
run law score --template 2021 --results "$dir/absent" --format json
exit_is 5
out_lines 0

# ---- OSCAL ----
run law export --format oscal-catalog
exit_is 0
json '[.catalog.groups[].controls | length] | add' 1006
json '.catalog.metadata["oscal-version"]' '"1.1.1"'
run law export --format oscal-profile --s 3 --a 2
json '.profile.imports[0]["include-controls"][0]["with-ids"] | length' 209
run law export --format oscal-profile
exit_is 2
out_lines 0
run law export --format oscal-catalog --s 3 --a 3
exit_is 2
out_lines 0

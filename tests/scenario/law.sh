#!/bin/sh
# The catalogue: counts, selections, one item in full.
. "$(dirname "$0")/lib.sh"
need jq

run law standards --format jsonl
exit_is 0
json 'select(.id == "gbt22239-2019") | .items' 1006
json 'select(.id == "jtt1417-2022") | .items' 116

run law clauses --standard gbt22239-2019 --level 3 --format jsonl
exit_is 0
clean
out_lines 211
json 'select(.id == "GB22239-L3-8.1.4.1-a") | .clause' '"8.1.4.1"'

run law clauses
exit_is 0
out_lines 212 # with its heading

run law clauses --format json
json 'length' 211
run law clauses --format csv --limit 3
out_lines 4
out_has "id,standard,level,scope"
run law clauses --standard jtt1417-2022 --format jsonl
out_lines 116
run law clauses --scope all --level 3 --format jsonl
exit_is 0
[ "$(wc -l <"$dir/out")" -gt 211 ] || fail "--scope all lists no more than general"
run law clauses --scope cloud --level 2 --format jsonl
json '.scope' "$(jq -c .scope "$dir/out")"
out_has '"cloud"'
out_lacks '"general"'
run law clauses --standard jtt1417-2022 --class host_os --format jsonl
exit_is 0
[ "$(wc -l <"$dir/out")" -lt 116 ] || fail "--class lists everything"

# The four levels of all scopes together are the whole standard.
total=0
for level in 1 2 3 4; do
    run law clauses --level $level --scope all --format jsonl
    total=$((total + $(wc -l <"$dir/out")))
done
[ "$total" = 1006 ] || fail "the levels hold $total items together"

run law show GB22239-L3-8.1.4.1-a
exit_is 0
out_has "GB/T 22239-2019"
out_has "account-uid0"
run law show GB22239-L3-8.1.4.1-a --format json --lang zh
exit_is 0
json '.id' '"GB22239-L3-8.1.4.1-a"'
json '[.checks[].check] | index("account-uid0") != null' true

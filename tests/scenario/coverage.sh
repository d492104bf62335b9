#!/bin/sh
# law coverage: every item that a machine can judge has checks or a reason, and docs/COVERAGE.md says
# what is so.
. "$(dirname "$0")/lib.sh"
need jq

run law coverage --format json
exit_is 0
clean
json '[.[] | select(.state == "none") | .id]' '[]'
json '[.[] | select(.verify == "manual")] | length' 0
json 'length' "$(for level in 1 2 3 4; do
    "$MERLON" law clauses --standard gbt22239-2019 --level $level --scope all --format csv
done | grep -cE ',(auto|semi),' | {
    read -r gb
    jt=$("$MERLON" law clauses --standard jtt1417-2022 --scope all --format csv | grep -cE ',(auto|semi),')
    echo $((gb + jt))
})"
# A reason never hides a check, and a sentence stands behind each reason.
json '[.[] | select((.checks != "") == (.reason != ""))] | length' 0
# What JT/T 1417 asks of hosts is judged by checks, all of it.
json '[.[] | select(.id | startswith("JTT1417-L1-6.1.4.3.")) | select(.checks == "") | .id]' '[]'
json '[.[] | select(.id | startswith("JTT1417-L1-6.1.4.3."))] | length > 10' true
# What is still to be written may only become less.
json '[.[] | select(.state == "open")] | length' 0

run law coverage --lang en --format markdown
cmp -s "$dir/out" "$here/../../docs/COVERAGE.md" || {
    diff "$dir/out" "$here/../../docs/COVERAGE.md" | head -20
    fail "docs/COVERAGE.md is not what the checks are: make coverage"
}
run law coverage --standard jtt1417-2022 --class host_os --lang zh
exit_is 0
out_has 'backup-scheduled'
out_lacks 'JTT1417-L1-6.1.4.1.'
run law coverage --standard gbt22239-2019 --level 3 --scope cloud --format csv
out_has 'GB22239-L3-8.2.'
out_lacks 'GB22239-L3-8.1.'

# A report says the same of an item without a check.
make_root "$dir/root"
run check --root "$dir/root" --no-walk --format json
json '[.results[] | select(.clauses[0] == "GB22239-L3-8.1.3.2-a") | .reason] | .[0] | test("firewalls")' true

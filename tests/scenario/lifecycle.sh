#!/bin/sh
# A registered system through grading, the items that bind it, evaluation, and a check that files its
# evidence under it. Counts are those of `merlon law select`, which has tests of its own.
. "$(dirname "$0")/lib.sh"
need jq

run unit add moc name=Ministry
exit_is 0
quietly() { # WORDS: must work
    run "$@"
    exit_is 0
}
refused() { # EXIT SENTENCE WORDS: one sentence, nothing on stdout
    expected=$1 sentence=$2
    shift 2
    run "$@"
    exit_is "$expected"
    out_lines 0
    err_has "$sentence"
}
gradings() { # N: so many are recorded
    run grading count
    [ "$(cat "$dir/out")" = "$1" ] || fail "$(cat "$dir/out") gradings, expected $1"
}
quietly unit add gz name=Guizhou parent=moc
quietly unit add city name=Guiyang parent=gz
quietly unit add yn name=Yunnan parent=moc
for person in ann:city bob:city gail:gz mia:moc yun:yn; do
    quietly person add "${person%:*}" name="${person%:*}" unit="${person#*:}"
done
quietly person add cid name=Cid unit=moc clearance=top_secret clearance_until=2099-01-01
system() { # KEY FIELD=VALUE...
    key=$1
    shift
    quietly system add "$key" name="$key" unit=city responsible=ann type=information_system "$@"
}
system tolls users=20000 personal_records=500
system wide coverage=cross_province
system plain

# ---- grading by matrix -----------------------------------------------------------------------------
refused 2 "needs a reason" grade tolls --as ann --business citizens:general: --service citizens:general:queues
refused 2 "needs a reason" grade tolls --as ann --business citizens:general:data --service 'citizens:general:  '
refused 2 "--business" grade tolls --as ann --service citizens:general:queues
refused 2 "moon" grade tolls --as ann --business moon:general:x --service citizens:general:x
refused 2 "--business" grade tolls --as ann --business citizens --service citizens:general:x
refused 5 "nowhere" grade nowhere --as ann --business citizens:general:x --service citizens:general:x
gradings 0

# Grade 1 is the operator's own decision.
quietly grade plain --as ann --business citizens:general:addresses --service citizens:general:queues --format json
json '[.grade, .marks, .in_effect]' '[1,"S1A1G1",true]'
quietly system show plain --format json
json '.[0] | [.s, .a, .g, .grade, (.graded_on != null)]' '[1,1,1,1,true]'

# Graded apart, the higher is the grade; its rules and those that lost are told.
quietly grade tolls --as ann --business social_order:serious:'card data' --service social_order:general:queues \
    --format json
json '[.grading, .grade, .marks, .in_effect]' '["gr-000002",3,"S3A2G3",false]'
json '[.business.grade, .business.reason, .service.grade]' '[3,"card data",2]'
quietly system show tolls --format json
json '.[0].grade' null
quietly grading show gr-000002
out_has "social_order: serious"
out_has "GB/T 22240-2020"

# Approval: by somebody else, of the system's unit or above.
refused 2 "cannot approve it" grade approve gr-000002 --as ann
refused 5 "say who decides" grade approve gr-000002
refused 5 "not of unit 'city' or one above" grade approve gr-000002 --as yun
refused 5 "nobody" grade approve gr-000002 --as nobody
quietly system show tolls --format json
json '.[0].grade' null
quietly grade approve gr-000002 --as gail
out_lines 0
quietly system show tolls --format json
json '.[0] | [.s, .a, .g, .grade]' '[3,2,3,3]'
refused 5 "approved already" grade approve gr-000002 --as bob
refused 5 "approved already" grade refuse gr-000002 --as bob --reason late
quietly grading list --filter system=tolls --format json
json '.[0] | [.state, .requester, .approver]' '["approved","ann","gail"]'

# From grade 4 on experts review first, and not who asked.
quietly grade plain --as ann --business citizens:general:x --service social_order:very_serious:'tolls stop'
refused 5 "Article 10" grade approve gr-000003 --as mia
refused 2 "needs an opinion" grade review gr-000003 --as gail
refused 5 "cannot review it" grade review gr-000003 --as ann --reason good
quietly grade review gr-000003 --as gail --reason "one road only"
quietly grade approve gr-000003 --as mia
quietly system show plain --format json
json '.[0] | [.s, .a, .g]' '[1,4,4]'

# Across provinces only the topmost unit decides.
quietly grade wide --as ann --business citizens:serious:x --service citizens:general:x
refused 5 "department in charge" grade approve gr-000004 --as gail
quietly grade approve gr-000004 --as mia

# A refusal has a reason, ends the grading, and leaves the system.
quietly grade wide --as ann --business national_security:general:x --service citizens:general:x
refused 2 "needs a reason" grade refuse gr-000005 --as mia
quietly grade refuse gr-000005 --as mia --reason "no such harm"
refused 5 "refused already" grade approve gr-000005 --as mia
quietly system show wide --format json
json '.[0].grade' 2

# Secrecy has a lowest grade, and hides the grading with the system.
quietly system add vault name=Vault unit=moc responsible=mia type=information_system secrecy=confidential --as cid
refused 5 "asks for grade 4 at least" grade vault --as cid --business social_order:serious:x --service citizens:general:x
quietly grade vault --as cid --business social_order:very_serious:x --service citizens:general:x
gradings 5
refused 5 "gr-000006" grade approve gr-000006 --as mia

# Rules in conflict stay visible; who chooses another one is heard, and it is written down.
quietly grade tolls --as ann --business citizens:very_serious:x --service citizens:general:x --format json
json '[.business.grade, .business.confidence]' '[2,"M-"]'
json '.business.candidates | map(select(.grade == 3)) | map([.rule, .standing])' '[["gat1389-2017-matrix","outranked"]]'
quietly grade tolls --as ann --business citizens:very_serious:x --service citizens:general:x \
    --choose gat1389-2017-matrix --format json
json '[.business.grade, .business.rule]' '[3,"gat1389-2017-matrix"]'
key=$(jq -r .grading "$dir/out")
quietly grading show "$key"
out_has gat1389-2017-matrix
quietly grade refuse "$key" --as mia --reason "only tried"

# ---- Vietnam ---------------------------------------------------------------------------------------
quietly grade tolls --as ann --regime vn-2016 --on 2020-01-01 --format json
json '[.grade, .rule, .certain]' '[3,"decree-85-criteria",false]'
key=$(jq -r .grading "$dir/out")
quietly grading show "$key"
out_has "users-10000=yes"
quietly grade tolls --as ann --regime vn-2016 --on 2020-01-01 --answer national-data=yes --format json
json .grade 5
refused 2 "no criterion is answered" grade tolls --as ann --regime vn-2026 --on 2026-09-01
quietly system set tolls personal_records=100000
quietly grade tolls --as ann --regime vn-2026 --on 2026-09-01 --format json
json .grade 3
key=$(jq -r .grading "$dir/out")
quietly grading show "$key"
out_has "basic-data-100000=yes"
refused 2 "moon" grade tolls --as ann --regime vn-2016 --on 2020-01-01 --answer moon=yes
refused 2 "2016-06-30" grade tolls --as ann --regime vn-2016 --on 2016-06-30
system portal public_service_level=3
quietly grade portal --as ann --regime vn-2016 --on 2020-01-01 --format json
json .grade 3
quietly system set portal public_service_level=2
quietly grade portal --as ann --regime vn-2016 --on 2020-01-01 --format json
json .grade 2
key=$(jq -r .grading "$dir/out")
quietly grade approve "$key" --as bob
quietly system show portal --format json
json '.[0] | [.s, .a, .g]' '[null,null,2]'

# ---- what changed since -----------------------------------------------------------------------------
quietly system list --filter 'regrade!=' --format jsonl
json '[.key, .regrade[12:]]' '["tolls","personal_records"]'
quietly system set tolls users=30000 note=n
quietly system list --filter 'regrade~users' --format jsonl
json '.regrade[12:]' '"personal_records; users"'
refused 2 "computed" system set tolls regrade=
quietly grade tolls --as ann --business social_order:serious:'card data' --service social_order:general:queues --format json
quietly grade approve "$(jq -r .grading "$dir/out")" --as gail
quietly system list --filter 'regrade!='  --format jsonl
out_lines 0

# ---- the items that bind ----------------------------------------------------------------------------
ids() { # what clauses says, against a selection: same ids?
    jq -r .id "$dir/out" | sort >"$dir/bound"
    run law select --format jsonl "$@"
    exit_is 0
    jq -r .id "$dir/out" | sort >"$dir/selected"
    cmp -s "$dir/bound" "$dir/selected" || fail "not the items that law select gives for $*"
}
refused 5 "vault2" clauses vault2
system bare
refused 5 "system 'bare' is not graded" clauses bare
refused 5 "system 'bare' is not graded" clauses bare --format xlsx -o "$dir/bare.xlsx"
[ ! -e "$dir/bare.xlsx" ] || fail "a refused list was written"
quietly clauses tolls --format jsonl
[ "$(jq -c '[(.level | type), (.asset_count | type)]' "$dir/out" | sort -u)" = '["number","number"]' ] ||
    fail "numbers are no numbers"
json 'select(.mark == "A") | .level' "$(yes 2 | head -n "$(jq -r 'select(.mark == "A") | .id' "$dir/out" | wc -l)")"
ids --s 3 --a 2
quietly clauses plain --format jsonl
ids --s 1 --a 4
refused 2 "has no level 3" clauses tolls --standard jtt1417-2022
refused 2 "moon" clauses tolls --standard moon
for s in 1 2 3 4; do
    for a in 1 2 3 4; do
        g=$s
        [ $a -le $g ] || g=$a
        quietly system set wide s=$s a=$a g=$g
        quietly clauses wide --format jsonl
        ids --s $s --a $a
    done
done
quietly system set wide s=3 a=3 g=3 scopes=general,iot
quietly clauses wide --format jsonl
ids --s 3 --a 3 --scope general,iot

# Assets by class, in each item that is about them.
quietly asset add db1 name=db class=dbms unit=city responsible=ann systems=tolls
quietly asset add db2 name=db class=dbms unit=city responsible=ann systems=tolls,plain
quietly asset add os1 name=os class=host_os unit=city responsible=ann systems=tolls
quietly clauses tolls --format jsonl
cp "$dir/out" "$dir/listed"
run law select --s 3 --a 2 --class dbms --format jsonl
dbms=$(jq -r .id "$dir/out" | sort)
[ "$(jq -r 'select(.assets | contains("db1; db2")) | .id' "$dir/listed" | sort)" = "$dbms" ] || fail "dbms items"
run law select --s 3 --a 2 --class host_os --format jsonl
hosts=$(jq -r .id "$dir/out" | sort)
[ "$(jq -r 'select(.assets | contains("os1")) | .id' "$dir/listed" | sort)" = "$hosts" ] || fail "host items"
[ "$(jq -c 'select((.assets | if . == "" then 0 else split("; ") | length end) != .asset_count)' "$dir/listed")" = "" ] ||
    fail "asset_count does not count"

# Platform and tenant: what the platform answers for is inherited, what only tenants can do is not its own.
system cloud type=cloud_platform s=3 a=3 g=3
quietly clauses cloud --format jsonl
jq -r .id "$dir/out" | sort >"$dir/platform"
[ "$(jq -r .follows "$dir/out" | sort -u)" = null ] || fail "a platform inherits"
run law select --s 3 --a 3 --scope general,cloud --format jsonl
jq -r 'select(.scope == "cloud") | .id' "$dir/out" | wc -l >"$dir/cloud_items"
jq -r .id "$dir/out" | sort >"$dir/selected"
comm -13 "$dir/platform" "$dir/selected" >"$dir/tenants"
[ -s "$dir/tenants" ] || fail "nothing is only a tenant's"
[ -z "$(comm -23 "$dir/platform" "$dir/selected")" ] || fail "the platform has items that were not selected"
quietly system set wide scopes=general,cloud platform=cloud
quietly clauses wide --format jsonl
ids --s 3 --a 3 --scope general,cloud
quietly clauses wide --format jsonl
[ "$(jq -r .follows "$dir/out" | sort -u | tr '\n' ' ')" = "cloud null " ] || fail "inherited items name no platform"
[ "$(jq -c 'select(.follows and .assets != "")' "$dir/out")" = "" ] || fail "inherited items have assets"
json 'select(.id == "GB22239-L3-8.1.1.1-a") | .follows' '"cloud"'
jq -r 'select(.follows) | .id' "$dir/out" | sort >"$dir/inherited"
[ -z "$(comm -12 "$dir/inherited" "$dir/tenants")" ] || fail "a tenant's item is inherited"

# As a sheet.
quietly clauses tolls --format csv
[ "$(grep -c GB22239 "$dir/out")" = "$(wc -l <"$dir/listed")" ] || fail "csv has other rows"
quietly clauses tolls --format xlsx -o "$dir/items.xlsx"
[ "$(head -c 2 "$dir/items.xlsx")" = PK ] || fail "no xlsx"
if command -v unzip >/dev/null 2>&1; then
    unzip -p "$dir/items.xlsx" xl/worksheets/sheet1.xml >"$dir/sheet"
    [ "$(grep -o '<row ' "$dir/sheet" | wc -l)" = $(($(wc -l <"$dir/listed") + 1)) ] || fail "xlsx has other rows"
fi
quietly clauses tolls --lang zh
quietly clauses tolls --lang vi

# ---- evaluation -------------------------------------------------------------------------------------
jq -c '{item: .id, result: 1}' "$dir/listed" >"$dir/results"
items=$(wc -l <"$dir/listed")
quietly evaluate tolls --results "$dir/results" --format json
json '[.items, .missing, .compliance_rate, .conclusion]' "[$items,0,100,\"符合\"]"
err_has evl-000001
quietly evaluate tolls --results "$dir/results" --template 2021 --format json
json '[.score, .missing]' '[100,0]'
head -n 20 "$dir/results" >"$dir/few"
quietly evaluate tolls --results "$dir/few" --template 2021 --format json
json '[.items, .missing, .conforming]' "[$items,$((items - 20)),20]"
json '.score < 60' true
quietly evaluate tolls --results "$dir/few" --template 2025 --format json
json '.compliance_rate < 60' true
run law select --s 3 --a 3 --format jsonl
jq -r 'select(.mark == "A") | .id' "$dir/out" | head -n 1 >"$dir/foreign"
jq -Rc '{item: ., result: 1}' "$dir/foreign" >>"$dir/few"
refused 2 "does not bind" evaluate tolls --results "$dir/few"
echo '{"item":"GB22239-L3-8.1.4.1-a","result":7}' >"$dir/bad"
refused 2 "" evaluate tolls --results "$dir/bad"
refused 5 "is not graded" evaluate bare --results "$dir/results"
refused 2 "--results" evaluate tolls
refused 5 "" evaluate tolls --results "$dir/absent"
refused 2 "1999" evaluate tolls --results "$dir/results" --template 1999
quietly evaluation count
out_has 4
quietly evaluation list --filter system=tolls --format json
json 'map([.template, .failing, .missing])' "[[\"2025\",0,0],[\"2021\",0,0],[\"2021\",$((items - 20)),$((items - 20))],[\"2025\",$((items - 20)),$((items - 20))]]"

# ---- a check of the system --------------------------------------------------------------------------
root=$dir/root
make_root "$root"
run check --root "$root" --no-walk --system tolls --format json
json '.level' 3
err_has "recorded as ev-"
jq -r '.items[].clause' "$dir/out" | sort >"$dir/checked"
jq -r .id "$dir/listed" | sort | cmp -s - "$dir/checked" || fail "other items were judged than those that bind"
grep -q -e -L2- "$dir/checked" || fail "A items of level 2 are missing"
quietly evidence list --filter system=tolls --format json
json 'map([.system, .level])' '[["tolls",3]]'
refused 2 "--system decides" check --root "$root" --system tolls --level 3
refused 2 "--system decides" check --root "$root" --system tolls --scope cloud
refused 5 "is not graded" check --root "$root" --system bare
refused 5 "nowhere" check --root "$root" --system nowhere
quietly evidence count
out_has 1
run check --root "$root" --no-walk --system wide --format json --no-record
jq -r '.items[].clause' "$dir/out" | sort >"$dir/checked"
[ -z "$(comm -12 "$dir/checked" "$dir/inherited")" ] || fail "inherited items were judged on the tenant"

# The same run for other programs: OSCAL.
run check --root "$root" --no-walk --system tolls --format oscal --no-record
json '.["assessment-results"].results[0] | [(.findings | length), (.["reviewed-controls"]["control-selections"][0]["include-controls"] | length)]' \
    "[$items,$items]"
cp "$dir/out" "$dir/oscal"
quietly law export --format oscal-catalog
jq -r '.. | .parts? // empty | .[].id' "$dir/out" | sort >"$dir/parts"
[ -z "$(jq -r '.["assessment-results"].results[0].findings[].target["target-id"]' "$dir/oscal" | sort | comm -23 - "$dir/parts")" ] ||
    fail "a finding is about no statement of the catalog"

# ---- a dialogue ---------------------------------------------------------------------------------------
command -v script >/dev/null 2>&1 || skip "script is not here: all but the dialogue was tried"
system talk
dialogue() { # ANSWERS WORDS...: on a terminal
    answers=$1
    shift
    code=0
    called="merlon $* (on a terminal)"
    : >"$dir/err"
    printf "$answers" | timeout 60 script -qec "'$MERLON' $*" /dev/null >"$dir/out" || code=$?
}
dialogue 'nothing\n2\n2\ncard data\nsocial_order\n1\nqueues\n' grade talk --as ann
exit_is 0
out_has "Which object is harmed?"
out_has "S3A2G3"
quietly grading list --filter system=talk --format json
json 'map([.grade, .marks, .requester])' '[[3,"S3A2G3","ann"]]'
dialogue '1\n1\n\n1\n1\nx\n' grade talk --as ann
exit_is 2
dialogue '1\n1\n\004' grade talk --as ann
exit_is 2
out_has "nothing was stored"
quietly grading list --filter system=talk --format json
json length 1
dialogue '\nn\ny\n' grade talk --as ann --regime vn-2016 --on 2020-01-01
exit_is 0
quietly grading list --filter system=talk --format json
json '.[1].grade' 5
# What the register answers is not asked, and its yes ends the questions: levels 5 and 4, two of level 3.
quietly system set talk users=20000
dialogue 'n\nn\nn\nn\nn\nn\nn\nn\nn\nn\n' grade talk --as ann --regime vn-2016 --on 2020-01-01
exit_is 0
out_lacks "10,000 users"
quietly grading list --filter system=talk --format json
json '.[2].grade' 3

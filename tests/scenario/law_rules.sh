#!/bin/sh
# Rules and grades: regimes, rules on a day, diff, lint of good and broken packs, law grade.
. "$(dirname "$0")/lib.sh"
need jq

run law regimes --on 2026-01-01 --format jsonl
exit_is 0
out_lines 7
json 'select(.regime == "vn-2026") | .in_force' 0
json 'select(.regime == "cn-crypto") | .rules' 6

run law rules --regime cn-mlps --topic evaluation --on 2026-01-01 --format jsonl
exit_is 0
clean
out_lines 4
json 'select(.rule == "measures-14-evaluation-4") | .standing' '"applies"'
json 'select(.rule == "letter-1846-q11-evaluation") | [.standing, .by, .value.every.years]' \
    '["outranked","measures-14-evaluation-3",1]'
run law rules --regime cn-mlps --topic evaluation --on 2026-01-01 --choose letter-1846-q11-evaluation --format json
json '[.[] | select(.standing == "chosen") | .rule]' '["letter-1846-q11-evaluation"]'
run law rules --regime cn-mlps --topic evaluation --on 2024-01-01 --format jsonl
out_lines 3
run law rules --on 2026-11-01
exit_is 0
out_has measures-14-evaluation-3
out_lacks decree-85
run law rules --regime vn-2016 --lang zh
exit_is 0
out_has decree-85-criteria

run law diff vn-2016 vn-2026 --format jsonl
exit_is 0
json 'select(.topic == "appraisal" and .grades == "4-5") | [.before, .after]' '["within 30 days","within 25 days"]'
run law diff cn-mlps@2024-12-31 cn-mlps@2026-01-01 --format jsonl
exit_is 0
json 'select(.topic == "certificate-validity") | .change' '"new"'
out_lacks measures
run law diff cn-mlps cn-mlps --format jsonl
out_lines 0

run law lint
exit_is 0
out_has "7 packs: all hold"

pack() { # VALID_TO VALID_FROM CLAUSE DOCUMENT: two rules about one topic
    cat <<EOF
regime: mine
country: XX
names: {en: a, zh: b, vi: c}
documents: {law: {title: Law, authority: law, basis: read}}
rules:
  - {id: one, topic: t, valid_from: "2020-01-01", valid_to: "$1", confidence: H,
     source: {document: law, article: "1"}, clauses: {gbt22239-2019: [$3]},
     clock: {every: {years: 1}}, text: {en: a, zh: b, vi: c}}
  - {id: two, topic: t, valid_from: "$2", valid_to: "", confidence: H,
     source: {document: $4, article: "2"},
     clock: {every: {months: 6}}, text: {en: a, zh: b, vi: c}}
EOF
}
lint() { # EXPECTED-SENTENCE PACK...
    sentence=$1
    shift
    pack "$@" >"$dir/pack.yaml"
    run law lint "$dir/pack.yaml"
    exit_is 1
    err_has "$sentence"
    run law lint --pack "$dir/pack.yaml"
    exit_is 1
}
pack 2020-12-31 2021-01-01 general.ia_id law >"$dir/good.yaml"
run law lint "$dir/good.yaml"
exit_is 0
lint "overlaps in time" 2021-01-01 2021-01-01 general.ia_id law
lint "gap in time" 2020-12-31 2021-02-01 general.ia_id law
lint "unknown clause 'general.moon'" 2020-12-31 2021-01-01 general.moon law
lint "none of the pack's documents" 2020-12-31 2021-01-01 general.ia_id gone
echo 'a: [' >"$dir/broken.yaml"
run law lint "$dir/broken.yaml"
exit_is 1
run law lint "$dir/absent.yaml"
exit_is 5

# ---- grades ----
grade() { # OBJECT DEGREE GRADE [OPTION...]
    object=$1 degree=$2 expected=$3
    shift 3
    run law grade --regime cn-mlps --object "$object" --degree "$degree" "$@" --format json
    exit_is 0
    clean
    json .grade "$expected"
    json '[.rule, .source, .confidence] | all(type == "string" and length > 0)' true
}
while read -r object general serious very; do
    grade "$object" general "$general" --on 2026-01-01
    grade "$object" serious "$serious" --on 2026-01-01
    grade "$object" very_serious "$very" --on 2026-01-01
done <<EOF
citizens 1 2 2
social_order 2 3 4
national_security 3 4 5
EOF
grade citizens very_serious 2 --on 2026-01-01
json .confidence '"M-"'
json '.candidates | map(select(.grade == 3)) | .[0].standing' '"outranked"'
grade citizens very_serious 3 --on 2026-01-01 --choose gat1389-2017-matrix
grade social_order serious 3 --on 2007-06-22
json .rule '"measures-7-definition"'
grade social_order serious 3

run law grade --regime cn-mlps --object citizens --degree very_serious --on 2026-01-01 --lang vi
exit_is 0
out_has "gbt22240-2020-matrix"
run law grade --regime vn-2016 --on 2025-01-01 --answer users=12000 --format json
json '[.grade, .certain]' '[3,false]'
run law grade --regime vn-2016 --on 2025-01-01
exit_is 0
out_has prime-minister
run law grade --regime vn-2026 --on 2026-09-01 --answer basic_data_subjects=5 --format json
json '[.grade, .partial]' '[null,true]'
run law grade --regime cn-secret --secrecy top_secret --format json
json '[.grade, .at_least]' '[5,true]'

wrong() { # EXPECTED-SENTENCE WORD...
    sentence=$1
    shift
    run law "$@"
    exit_is 2
    out_lines 0
    err_has "$sentence"
}
wrong "needs --regime" grade --object citizens --degree general
wrong "needs --degree" grade --regime cn-mlps --object citizens
wrong "needs --object" grade --regime cn-mlps
wrong "animals" grade --regime cn-mlps --object animals --degree general
wrong "slight" grade --regime cn-mlps --object citizens --degree slight
wrong "2007-06-22" grade --regime cn-mlps --object citizens --degree general --on 2007-06-21
wrong "no date" grade --regime cn-mlps --object citizens --degree general --on 2026-02-30
wrong "unknown regime" grade --regime cn-moon --object citizens --degree general
wrong "no rule \"moon\"" grade --regime cn-mlps --object citizens --degree general --choose moon
wrong "does not grade by object" grade --regime vn-2016 --object citizens --degree general
wrong "give one" grade --regime cn-mlps --object citizens --degree general --secrecy secret
wrong "not NAME=yes" grade --regime vn-2016 --on 2025-01-01 --answer users
wrong "not NAME=yes" grade --regime vn-2016 --on 2025-01-01 --answer users=-4
wrong "no question" grade --regime vn-2016 --on 2025-01-01 --answer weather=yes
wrong "is in force from 2016-07-01" grade --regime vn-2016 --on 2016-06-30 --answer users=5
wrong "no rule in force" rules --regime cn-mlps --on 2000-01-01
wrong "no rule about" rules --regime cn-mlps --topic weather
wrong "unknown regime" diff cn-mlps cn-moon
wrong "no date" diff cn-mlps cn-mlps@soon

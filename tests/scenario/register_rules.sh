#!/bin/sh
# What the law and sense forbid of the register, on both stores: each refusal names kind, key, field and
# reason, and leaves everything as it was.
. "$(dirname "$0")/lib.sh"

today=$(date -u +%Y-%m-%d)

ok() {
    run "$@"
    exit_is 0
}

# refused TEXT WORDS...: exit code 5, the sentence holds TEXT, and no version moved.
refused() {
    text=$1
    shift
    run "$@"
    exit_is 5
    err_has "$text"
}

value_is() { # KIND KEY FIELD JSON
    run "$1" show "$2" --format json
    exit_is 0
    json ".[0].$3" "$4"
}

people() {
    ok unit add u1 name=Province
    ok unit add u2 name=City parent=u1
    ok unit add u3 name=Office parent=u2
    ok person add p1 name=Lan unit=u1
}

trees() {
    refused "unit 'u1': parent: a cycle" unit set u1 parent=u3
    refused "a cycle" unit set u1 parent=u1
    refused "there is no unit 'u9'" unit set u3 parent=u9
    value_is unit u1 parent null
    ok system add s1 name=Tolls unit=u1 responsible=p1 type=information_system s=2 a=2
    ok system add cloud name=Cloud unit=u1 responsible=p1 type=cloud_platform s=2 a=2 platform=
    ok system set s1 platform=cloud
    refused "system 'cloud': platform: a cycle" system set cloud platform=s1
    ok system set cloud parent=s1
    refused "system 's1': parent: a cycle" system set s1 parent=cloud
    ok system set cloud parent=
}

keys_and_owners() {
    refused "unit 'u1': the key is taken" unit add u1 name=Again
    refused "a key holds letters" unit add 'a key' name=x
    refused "asset 'a1': responsible: it is mandatory and missing" asset add a1 name=x class=host_os unit=u1
    refused "asset 'a1': unit: it is mandatory and missing" asset add a1 name=x class=host_os responsible=p1
    refused "asset 'a1': name: it is mandatory and missing" asset add a1 class=host_os unit=u1 responsible=p1
    refused "class" asset add a1 name=x class=toaster unit=u1 responsible=p1
    ok asset add a1 name=Database class=dbms unit=u1 responsible=p1 systems=s1
    refused "it is mandatory and missing" asset set a1 responsible=
    run asset set a1 colour=red
    exit_is 2
    err_has "asset has no field 'colour'"
    run asset set a1 grade=5
    exit_is 2
    err_has "grade is computed and cannot be set"
    run asset set a1 name
    exit_is 2
    refused "person 'p1' cannot be retired" person retire p1
    refused "unit 'u1' cannot be retired" unit retire u1
}

dates() {
    refused "asset 'a1': started is 2024-01-01, before acquired, 2024-02-01" \
        asset set a1 acquired=2024-02-01 started=2024-01-01
    ok asset set a1 acquired=2024-02-01 started=2024-02-01
    refused "before started" asset set a1 ended=2024-01-31
    refused "not a date" asset set a1 ended=2024-02-30
    refused "not a date" asset set a1 ended=yesterday
    refused "before joined" person set p1 joined=2024-02-02 left_on=2024-02-01
}

# Article 21, six conditions; Article 22, eight: each alone is named, from grade 3 on.
conditions() {
    ok system add s3 name=Port unit=u1 responsible=p1 type=information_system s=3 a=3
    all='chinese_control own_property no_record no_backdoor no_harm certified'
    # shellcheck disable=SC2046
    ok product add fw name=Firewall $(for c in $all; do echo "$c=yes"; done)
    number=0
    for condition in $all; do
        number=$((number + 1))
        ok product set fw "$condition=no"
        refused "2007 Measures, Article 21 ($number)" system set s3 products=fw
        err_has "($condition is no)"
        err_has "product 'fw' cannot be assigned to system 's3' of grade 3"
        ok product set fw "$condition="
        refused "($condition is not stated)" system set s3 products=fw
        ok system set s1 products=fw
        ok system set s1 products=
        ok product set fw "$condition=yes"
    done
    ok product set fw certificate_until=2020-01-01
    refused "ended on 2020-01-01" system set s3 products=fw
    ok product set fw "certificate_until=$today"
    ok system set s3 products=fw
    # What holds when it was assigned does not stop another change; a new grade asks again.
    ok product set fw certificate_until=2020-01-01
    ok system set s3 note=later
    ok system set s1 platform=
    ok system set s1 products=fw
    refused "cannot be assigned to system 's1' of grade 3" system set s1 s=3
    ok system set s1 products=
    all='registered_in_china chinese_invested two_years staff_nationals no_record equipment management no_threat'
    # shellcheck disable=SC2046
    ok agency add ag name=Evaluators $(for c in $all; do echo "$c=yes"; done)
    number=0
    for condition in $all; do
        number=$((number + 1))
        ok agency set ag "$condition=no"
        refused "2007 Measures, Article 22 ($number)" system set s3 agency=ag
        ok agency set ag "$condition=yes"
    done
    ok agency set ag recommended_until=2020-01-01
    refused "ended on 2020-01-01" system set s3 agency=ag
    ok agency set ag recommended_until=
    ok system set s3 agency=ag
}

grades() {
    value_is system s3 grade 3
    refused "g is 2, below the higher of s and a" system set s3 g=2
    refused "6 is not from 1 to 5" system set s3 s=6
    refused "domain 'core:4' is graded above the system, 3" system set s3 domains=core:4
    ok system set s3 'domains=core:3; office:2'
    refused "system 's3' of grade 3 cannot be hosted on platform 'cloud' of grade 2" \
        system set s3 platform=cloud
    ok system set cloud s=3
    ok system set s3 platform=cloud
    refused "system 'cloud' hosts s3 of grade 3 and cannot be graded lower, 2" system set cloud s=2 g=2
    refused "cannot be hosted" system set s3 s=4
    refused "Article 27" system set s1 secrecy=secret
    # An asset has the highest grade of its systems, and keeps it when they are graded again.
    value_is asset a1 grade 2
    ok asset set a1 'systems=s1; s3'
    value_is asset a1 grade 3
    ok system set s3 platform=
    ok system set s3 s=2 a=2 g=2 domains=
    value_is asset a1 grade 2
}

two_editors() {
    run asset show a1 --format json
    seen=$(jq '.[0].revision' "$dir/out")
    ok asset set a1 location=Hall --seen "$seen"
    run asset set a1 location=Cellar --seen "$seen"
    exit_is 5
    err_has "asset 'a1' was changed meanwhile by operator: location is now 'Hall'"
    value_is asset a1 location '"Hall"'
    run asset set a1 location=Cellar --seen 999
    exit_is 5
    ok asset set a1 location=Cellar --seen $((seen + 1))
    run asset history a1 --format jsonl
    tail -1 "$dir/out" >"$dir/last"
    [ "$(jq -c '[.actor, .action, .field, .before, .after]' "$dir/last")" = \
        '["operator","set","location","Hall","Cellar"]' ] || fail "history ends otherwise"
}

supplier_leaves() {
    ok supplier add sup name=Builder entry=2024-01-01
    ok access add acc1 name=VPN type=remote supplier=sup granted=2024-01-01
    ok access add acc2 name=Badge type=room supplier=sup granted=2024-01-01
    refused "before it ended" access set acc2 proven=2024-06-01 proof=returned
    ok access set acc2 ended=2024-05-01
    refused "say under \`proof\`" access set acc2 proven=2024-06-01
    ok access set acc2 proven=2024-06-01 proof=returned
    refused "before entry" supplier exit sup --on 2023-01-01
    run supplier exit sup --on 2024-09-30 --format json
    exit_is 3
    json '[.[].key]' '["acc1"]'
    value_is access acc1 ended '"2024-09-30"'
    value_is access acc2 ended '"2024-05-01"'
    ok access set acc1 proven=2024-10-02 'proof=account removed, ticket 7'
    run supplier exit sup --on 2024-09-30
    exit_is 0
}

# Retired: in no list, no count, no export, not to be referred to; still to be shown, with its history.
retired_leave() {
    ok asset add a2 name=Printer class=terminal unit=u1 responsible=p1 systems=s3
    run asset count
    [ "$(cat "$dir/out")" = 2 ] || fail "not two assets"
    ok asset retire a2 --reason 'sold'
    for words in "asset count" "asset count --search Printer" "asset count --filter systems=s3"; do
        # shellcheck disable=SC2086
        run $words
        [ "$(cat "$dir/out")" != 2 ] || fail "a retired asset is counted"
    done
    run asset export --format csv
    out_lacks Printer
    run asset list --search Printer
    out_lacks Printer
    run asset list --retired
    out_has Printer
    run asset count --filter retired=yes
    [ "$(cat "$dir/out")" = 1 ] || fail "it is not among the retired"
    run asset show a2
    out_has Printer
    run asset history a2
    out_has sold
    refused "is retired" asset set a2 name=x
    refused "the key is taken" asset add a2 name=x class=terminal unit=u1 responsible=p1
    ok system retire s3
    refused "system 's3' is retired" asset add a3 name=x class=terminal unit=u1 responsible=p1 systems=s3
    value_is asset a1 grade 2
}

scene() {
    people
    trees
    keys_and_owners
    dates
    conditions
    grades
    two_editors
    supplier_leaves
    retired_leave
}

on_both_stores scene

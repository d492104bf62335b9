#!/bin/sh
# What is secret is seen only by those cleared for it, in lists, counts, exports, searches, show, history and
# references alike; for all others it is not there: the same words, the same exit code.
. "$(dirname "$0")/lib.sh"

ok() {
    run "$@"
    exit_is 0
}

count_is() { # NUMBER WORDS...
    number=$1
    shift
    run "$@"
    exit_is 0
    [ "$(cat "$dir/out")" = "$number" ] || fail "counts $(cat "$dir/out"), expected $number"
}

# The same answer as for a key that was never there, but for the key.
not_there() { # ACTOR KIND KEY
    for verb in show history; do
        run "$2" "$verb" "$3" --as "$1"
        exit_is 5
        sed "s/'$3'/KEY/" "$dir/err" >"$dir/said"
        run "$2" "$verb" never --as "$1"
        exit_is 5
        sed "s/'never'/KEY/" "$dir/err" | cmp -s - "$dir/said" || fail "$2 $3 is betrayed to $1 by $verb"
    done
    run "$2" set "$3" note=x --as "$1"
    exit_is 5
    err_has "there is no $2 '$3'"
    run "$2" retire "$3" --as "$1"
    exit_is 5
    err_has "there is no $2 '$3'"
}

people() {
    ok unit add u name=Unit
    ok person add none name=None unit=u
    ok person add secret name=Secret unit=u clearance=secret
    ok person add confidential name=Conf unit=u clearance=confidential
    ok person add top name=Top unit=u clearance=top_secret
    ok person add past name=Past unit=u clearance=top_secret clearance_until=2020-01-01
    ok person add gone name=Gone unit=u clearance=top_secret left_on=2020-01-01
}

entries() {
    run system add s3 name=Orchid unit=u responsible=none type=network s=3 a=3 secrecy=secret
    exit_is 5
    err_has "not cleared for secret"
    run system add s3 name=Orchid unit=u responsible=none type=network s=3 a=3 secrecy=secret --as past
    exit_is 5
    ok system add s3 name=Orchid unit=u responsible=none type=network s=3 a=3 secrecy=secret --as secret
    run system add s4 name=Lotus unit=u responsible=none type=network s=4 a=4 secrecy=confidential --as secret
    exit_is 5
    ok system add s4 name=Lotus unit=u responsible=none type=network s=4 a=4 secrecy=confidential --as top
    ok system add s5 name=Peony unit=u responsible=none type=network s=5 a=5 secrecy=top_secret --as top
    ok system add s0 name=Plain unit=u responsible=none type=network s=2 a=2
    for n in 0 3 4 5; do
        ok asset add "a$n" "name=Host$n orchard" class=host_os unit=u responsible=none systems=s$n --as top
    done
    ok asset add both 'name=Host both orchard' class=host_os unit=u responsible=none 'systems=s0; s3' --as top
    ok supplier add sup name=Sup
    ok access add acc name=Door type=room supplier=sup system=s4 --as top
}

# Actor, systems seen, assets seen, accesses seen.
seen() {
    while read -r actor systems assets accesses; do
        count_is "$systems" system count --as "$actor"
        count_is "$assets" asset count --as "$actor"
        count_is "$assets" asset count --search orchard --as "$actor"
        count_is "$accesses" access count --as "$actor"
        run asset export --format csv --as "$actor"
        out_lines $((assets + 1))
        run asset export --format xlsx -o "$dir/$store.$actor.xlsx" --as "$actor"
        exit_is 0
        run asset list --format table --as "$actor"
        out_lines $((assets + 1))
    done <<'ACTORS'
none 1 1 0
secret 2 3 0
confidential 3 4 1
top 4 5 1
past 1 1 0
gone 1 1 0
ACTORS
    count_is 1 system count
    not_there none system s3
    not_there secret system s4
    not_there past system s3
    not_there none asset a3
    not_there none asset both
    not_there secret access acc
    run asset list --as nobody
    exit_is 5
    err_has "there is no person 'nobody' to act as"
    # Nor by what others refer to: a filter, a reference, an import.
    count_is 0 asset count --filter systems=s3
    count_is 2 asset count --filter systems=s3 --as secret
    run asset add mine name=Mine class=host_os unit=u responsible=none systems=s3
    exit_is 5
    err_has "there is no system 's3'"
    printf 'key,name\na3,Taken over\n' >"$dir/over.csv"
    run asset import "$dir/over.csv"
    exit_is 1
    out_has "there is no asset 'a3'"
    run asset show a3 --as secret
    out_has "Host3 orchard"
}

# Secrecy that comes or goes takes along what belongs to the system.
moves() {
    ok system set s0 s=3 a=3 secrecy=secret --as secret
    count_is 0 system count
    count_is 0 asset count
    not_there none asset a0
    ok system set s0 secrecy=none --as secret
    count_is 1 system count
    count_is 1 asset count
    ok asset set both systems=s0 --as secret
    count_is 2 asset count
    run asset history both
    exit_is 0
    out_lacks s3
    run asset history both --as secret
    out_has s3
    ok person set secret clearance=none
    count_is 1 system count --as secret
    ok person set top clearance_until=2020-12-31
    count_is 1 system count --as top
}

scene() {
    people
    entries
    seen
    moves
}

need jq
on_both_stores scene

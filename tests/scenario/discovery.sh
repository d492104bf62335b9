#!/bin/sh
# From a check run to an asset: recognised by machine id or serial number, proposed by address or name, never
# merged without a person; "seen but not registered" and "registered but not seen".
. "$(dirname "$0")/lib.sh"

ok() {
    run "$@"
    exit_is 0
}

# A root with this machine id and host name; its check run is recorded.
meet() { # MACHINE-ID HOST-NAME
    root=$dir/root.$1
    [ -d "$root" ] || make_root "$root"
    printf '%s%s\n' "$1" 00000000000000000000000000000000 | cut -c1-32 >"$root/etc/machine-id"
    printf '%s\n' "$2" >"$root/etc/hostname"
    run check --root "$root" --no-walk --check account-uid0
    exit_is 0
}

sighting_is() { # MACHINE-ID PROPOSAL CANDIDATES
    run asset unregistered --format json
    exit_is 0
    id=$(printf '%s%s\n' "$1" 00000000000000000000000000000000 | cut -c1-32)
    json ".[] | select(.machine_id == \"$id\") | [.proposal, .candidates]" "[\"$2\",$3]"
}

scene() {
    ok unit add u name=U
    ok person add p name=P unit=u
    meet aaaa db1
    err_has "is not registered"
    sighting_is aaaa new null
    # A name that one asset has is a match; that two have, a merge; neither is acted on.
    ok asset add a1 name=One class=host_os unit=u responsible=p host_name=web
    meet bbbb web
    sighting_is bbbb match '"a1"'
    ok asset add a2 name=Two class=host_os unit=u responsible=p host_name=web
    meet bbbb web
    sighting_is bbbb merge '"a1; a2"'
    run asset list --filter machine_id!= --format jsonl
    out_lines 0
    run asset list --filter 'last_seen!=' --format jsonl
    out_lines 0
    # Accepted: by a person, for this asset; the next run recognises it.
    ok asset accept bbbb0000000000000000000000000000 a2
    err_has "is asset 'a2'"
    meet bbbb web
    err_has "of asset a2"
    run asset unregistered --format jsonl
    out_lacks bbbb
    # A new asset of it; what is mandatory is asked for, and nothing is half-done.
    run asset accept aaaa0000000000000000000000000000 a3 --new name=Three
    exit_is 5
    err_has "mandatory"
    sighting_is aaaa new null
    ok asset accept aaaa0000000000000000000000000000 a3 --new name=Three class=host_os unit=u responsible=p
    meet aaaa db1
    err_has "of asset a3"
    run asset accept nothing a3
    exit_is 5
    run asset accept aaaa0000000000000000000000000000 nowhere
    exit_is 5
    # Known, and different now: the asset stays as it is until somebody accepts.
    meet aaaa db1-renamed
    err_has "of asset a3"
    run asset show a3 --format json
    json '.[0].host_name' '"db1"'
    run asset unregistered --format jsonl
    out_has "host_name: db1 -> db1-renamed"
    ok asset accept aaaa0000000000000000000000000000 a3
    run asset show a3 --format json
    json '.[0].host_name' '"db1-renamed"'
    # Two assets with the same machine id: a merge is proposed, none is chosen.
    ok asset set a1 machine_id=aaaa0000000000000000000000000000
    meet aaaa db1-renamed
    err_lacks "of asset"
    sighting_is aaaa merge '"a1; a3"'
    # The other side: registered, and not met.
    ok asset set a1 machine_id=
    meet aaaa db1-renamed
    run asset unseen --format jsonl
    exit_is 0
    out_has '"key":"a1"'
    out_lacks '"key":"a3"'
    ok asset retire a1
    run asset unseen --format jsonl
    out_lacks '"key":"a1"'
    # Laid aside: not proposed again, though it is met again.
    meet cccc guest
    run asset unregistered --format jsonl
    out_has guest
    ok asset ignore cccc0000000000000000000000000000
    meet cccc guest
    run asset unregistered --format jsonl
    out_lacks guest
    run asset ignore nothing
    exit_is 5
    # An image has no machine id: it may still be recognised by nothing, and nothing is made up.
    root=$dir/bare
    make_root "$root"
    run check --root "$root" --no-walk --check account-uid0
    exit_is 0
    err_lacks "is not registered"
    err_has "recorded as"
    rm -rf "$dir"/root.*
}

need jq
on_both_stores scene

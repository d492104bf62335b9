#!/bin/sh
# A check run is recorded: as evidence with its whole text, of the asset that the machine is recognised as;
# assets and systems then show and sort by open failures and last evidence. What was exported is verified by
# `openssl` and a POSIX shell alone, and every tampering with it is refused.
. "$(dirname "$0")/lib.sh"

ok() {
    run "$@"
    exit_is 0
}

check() { # a check run that fails one thing
    run check --root "$root" --no-walk --check account-uid0 "$@"
}

value_is() { # KIND KEY FIELD JSON WORDS...
    kind=$1 key=$2 field=$3 value=$4
    shift 4
    run "$kind" list --filter "key=$key" --format json "$@"
    exit_is 0
    json ".[0].$field" "$value"
}

machine() {
    root=$dir/root.$store
    make_root "$root"
    printf '0123456789abcdef0123456789abcdef\n' >"$root/etc/machine-id"
    printf 'db1\n' >"$root/etc/hostname"
    printf 'toor:x:0:0::/root:/bin/bash\n' >>"$root/etc/passwd"
}

# Nothing is written, not even a data folder.
no_record() {
    check --no-record
    exit_is 1
    clean
    [ ! -e "$MERLON_DATA" ] || fail "--no-record made a data folder"
    run query --root "$root" 'SELECT * FROM account'
    exit_is 0
    [ ! -e "$MERLON_DATA" ] || fail "a query made a data folder"
}

recorded() {
    check
    exit_is 1
    err_has "recorded as ev-000001"
    err_has "is not registered (sighting 0123456789abcdef0123456789abcdef)"
    fingerprint=$(sed -n 's/.*shown only now: \([0-9a-f]*\)$/\1/p' "$dir/err")
    [ ${#fingerprint} = 64 ] || fail "no fingerprint was told"
    value_is evidence ev-000001 failed 1
    value_is evidence ev-000001 asset null
    run evidence show ev-000001 --format json
    exit_is 0
    json '.form' '"merlon-evidence-1"'
    json '[.results[] | select(.check == "account-uid0") | .verdict]' '["fail"]'
    json '[.results[] | select(.check == "account-uid0") | .rows[] | select(.ok == 0) | .subject]' '["toor"]'
    json '.results | map(.check_sm3 | length) | unique' '[64]'
    json '.target.machine_id' '"0123456789abcdef0123456789abcdef"'
    jq -cS . "$dir/out" | cmp -s - "$dir/out" || fail "the text is not canonical"
}

of_an_asset() {
    ok unit add u name=U
    ok person add p name=P unit=u clearance=secret
    ok system add s name=S unit=u responsible=p type=information_system s=2 a=2
    ok asset accept 0123456789abcdef0123456789abcdef db1 --new name=Database class=host_os unit=u \
        responsible=p systems=s
    ok asset add other name=Other class=host_os unit=u responsible=p systems=s
    check
    err_has "recorded as ev-000002, of asset db1"
    err_lacks "not registered"
    value_is asset db1 open_failures 1
    seen=$(jq -c '.[0].last_evidence' "$dir/out")
    [ "$seen" != null ] || fail "no last evidence"
    value_is system s last_evidence "$seen"
    value_is evidence ev-000002 observed "$seen"
    value_is system s open_failures 1
    value_is evidence ev-000002 asset '"db1"'
    run evidence list --filter asset=db1 --format jsonl
    out_lines 1
    run evidence count
    [ "$(cat "$dir/out")" = 2 ] || fail "not two pieces of evidence"
    ok asset add third name=Third class=host_os unit=u responsible=p
    for sort in -open_failures -last_evidence; do
        run asset list --sort "$sort" --format jsonl
        [ "$(head -1 "$dir/out" | jq -r .key)" = db1 ] || fail "db1 is not the first by $sort"
    done
    run asset list --filter 'open_failures>0' --format jsonl
    out_lines 1
    # Mended: the next run says so. An older bundle says nothing about today.
    run collect --root "$root" --no-walk -o "$dir/old.$store"
    exit_is 0
    sed -i '/^toor/d' "$root/etc/passwd"
    check
    exit_is 0
    value_is asset db1 open_failures 0
    value_is system s open_failures 0
    run check --bundle "$dir/old.$store" --no-walk --check account-uid0
    exit_is 1
    value_is asset db1 open_failures 0
    # An asset that the call names; and that leaves when it is retired.
    printf 'toor:x:0:0::/root:/bin/bash\n' >>"$root/etc/passwd"
    check --asset other
    err_has "of asset other"
    value_is system s open_failures 1
    check --asset nowhere
    exit_is 5
    err_has "there is no asset 'nowhere'"
    ok asset retire other
    value_is system s open_failures 0
}

# Evidence of a secret system is as hidden as it, whoever ran the check.
of_a_secret_asset() {
    ok system add sec name=Sec unit=u responsible=p type=network s=3 a=3 secrecy=secret --as p
    ok asset set db1 systems=sec --as p
    run evidence count
    before=$(cat "$dir/out")
    check
    exit_is 1
    err_lacks "of asset db1"
    err_lacks "not registered"
    run evidence count
    [ "$(cat "$dir/out")" -lt "$before" ] || [ "$(cat "$dir/out")" = "$before" ] || fail "it is not hidden"
    run evidence list --sort -key --limit 1 --format jsonl --as p
    last=$(jq -r .key "$dir/out")
    json '.asset' '"db1"'
    run evidence show "$last"
    exit_is 5
    run evidence show "$last" --format json
    exit_is 5
    run evidence export "$last" "$dir/secret.$store"
    exit_is 5
    value_is system sec open_failures 1 --as p
    run asset unregistered
    out_lacks db1
}

# ---- what a third party does ---------------------------------------------------------------------

verify() { # WHAT WORDS...: verify.sh with nothing but openssl and the tools of POSIX
    shell=$1
    shift
    code=0
    called="$shell verify.sh $*"
    env -i PATH="$dir/bin" $shell "$dir/copy/verify.sh" "$@" >"$dir/out" 2>"$dir/err" || code=$?
}

tools() {
    mkdir -p "$dir/bin"
    for tool in openssl cat mkdir rm tail tr dirname sh dash bash busybox; do
        path=$(command -v $tool) && ln -sf "$path" "$dir/bin/$tool"
    done
}

again() {
    rm -rf "$dir/copy"
    cp -r "$dir/export.$store" "$dir/copy"
}

tampered() { # WHAT: the copy was changed
    verify sh "$fingerprint"
    [ "$code" != 0 ] || fail "not refused: $1"
    out_lacks VERIFIED:
    err_has "NOT VERIFIED"
    again
}

# Replaces one character of a base64 or hexadecimal line by another.
spoil() { # FILE SED-ADDRESS
    sed -i "$2{s/A/B/;t;s/[b-zB-Z0-9]/A/}" "$dir/copy/$1"
    cmp -s "$dir/copy/$1" "$dir/export.$store/$1" && fail "$1 was not spoiled at $2"
}

exported() {
    tools
    ok evidence export ev-000001 "$dir/export.$store"
    run evidence export ev-000001 "$dir/export.$store"
    exit_is 2
    err_has "not an empty folder"
    again
    for shell in sh dash bash "busybox sh"; do
        command -v ${shell%% *} >/dev/null || continue
        verify "$shell" "$fingerprint"
        exit_is 0
        out_has "VERIFIED: this record stands in the ledger whose fingerprint you kept"
        verify "$shell"
        exit_is 0
        out_has "an administrator could have replaced the ledger whole"
    done
    (cd "$dir/copy" && jq -e '.body.form == "merlon-evidence-1"' record.json >/dev/null) || fail "no body"
    copy=$dir/copy
    sed -i 's/"fail"/"pass"/' "$copy/record.json" && tampered "a verdict of the record"
    printf ' ' >>"$copy/record.json" && tampered "a blank behind the record"
    sed -i "4s/.*/$(openssl dgst -sm3 -r "$copy/README" | cut -d' ' -f1)/" "$copy/leaf.txt" &&
        tampered "another digest in the leaf"
    sed -i '3s/.*/999/' "$copy/leaf.txt" && tampered "another number in the leaf"
    cp "$copy/README" "$copy/record.json" &&
        sed -i "4s/.*/$(openssl dgst -sm3 -r "$copy/README" | cut -d' ' -f1)/" "$copy/leaf.txt" &&
        tampered "another record with its leaf"
    spoil proof.txt 5 && tampered "a hash of the proof"
    sed -i 5d "$copy/proof.txt" && tampered "a hash less"
    sed -i '5{p}' "$copy/proof.txt" && tampered "a hash twice"
    sed -i 's/^index .*/index 0/' "$copy/proof.txt" && tampered "another index"
    size=$(sed -n 's/^size //p' "$copy/proof.txt")
    sed -i "s/^size .*/size $((size + 1))/" "$copy/proof.txt" && tampered "another size"
    sed -i 's/^size .*/size a[$(touch pwned)]/' "$copy/proof.txt" && tampered "a size that is a program"
    [ ! -e "$dir/copy/pwned" ] && [ ! -e pwned ] || fail "the folder's words were executed"
    sed -i 's/^time .*/time 2020-01-01T00:00:00Z/' "$copy/proof.txt" && tampered "another time of sealing"
    root_line=$(awk '/^$/ { note = NR } note && NR == note + 3 { print NR; exit }' "$copy/proof.txt")
    spoil proof.txt "$root_line" && tampered "another root in the checkpoint"
    line=$(grep -n '^— ' "$copy/proof.txt" | head -1 | cut -d: -f1)
    sed -i "${line}s/[A-Za-z0-9]\(....\)\$/=\1/" "$copy/proof.txt" && tampered "a spoiled signature"
    sed -i "${line}d" "$copy/proof.txt" && tampered "no signature"
    openssl genpkey -algorithm SM2 -outform DER -out "$dir/key" 2>/dev/null ||
        openssl ecparam -genkey -name SM2 -outform DER -out "$dir/key" -noout
    foreign=$(openssl pkey -inform DER -in "$dir/key" -pubout -outform DER | openssl base64 -A)
    sed -i "s|^public .*|public $foreign|" "$copy/certificates.txt" && tampered "a foreign key"
    : >"$copy/certificates.txt" && tampered "no certificate"
    for file in record.json leaf.txt proof.txt certificates.txt; do
        rm "$copy/$file" && tampered "no $file"
    done
    verify sh 0000000000000000000000000000000000000000000000000000000000000000
    [ "$code" != 0 ] || fail "a wrong fingerprint is taken"
    err_has "the first key is not the one that was kept"
}

# A ledger that somebody made for the purpose verifies by itself, and not by the fingerprint that was kept.
replaced_whole() {
    kept=$fingerprint
    fresh
    check
    ok evidence export ev-000001 "$dir/foreign.$store"
    rm -rf "$dir/copy" && cp -r "$dir/foreign.$store" "$dir/copy"
    verify sh
    exit_is 0
    verify sh "$kept"
    [ "$code" != 0 ] || fail "another ledger passes for this one"
}

scene() {
    machine
    no_record
    recorded
    of_an_asset
    of_a_secret_asset
    exported
    replaced_whole
}

need jq
need openssl
on_both_stores scene

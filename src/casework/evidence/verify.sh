#!/bin/sh
# verify.sh [FINGERPRINT]: is this record the one that stands in the ledger?
#
# Needs only a POSIX shell and OpenSSL 3 (`openssl` with SM2 and SM3). Run it in this folder.
# FINGERPRINT is the SM3 of the ledger's first key, as it was printed when the ledger was made and
# kept elsewhere. Without it the steps show that all parts fit, not whose ledger it is.
#
#   1  record.json has the digest that leaf.txt says
#   2  leaf.txt is in the tree whose root checkpoint (in proof.txt) says     RFC 9162, 2.1.3.2, SM3
#   3  certificates.txt: the first key signed itself, each key its successor  SM2, id 1234567812345678
#   4  the checkpoint was signed by one of these keys
set -eu
cd "$(dirname "$0")"
work="${TMPDIR:-/tmp}/merlon-verify.$$"
mkdir -m 700 "$work"
id=1234567812345678
dash=$(printf '\342\200\224')

# What a folder says is data: told without what could steer a terminal, and counted only when it is a
# number, because some shells execute what stands in arithmetic.
stop() { printf 'NOT VERIFIED: %s\n' "$*" | tr -d '\001-\011\013-\037\177' >&2; exit 1; }
ok() { printf '%s\n' "$*" | tr -d '\001-\011\013-\037\177'; }
is_number() {
    case $1 in '' | *[!0-9]* | ????????????????*) stop "$2 has no number where one belongs: $1" ;; esac
}
trap 'code=$?; rm -rf "$work"; [ $code -le 1 ] || echo "NOT VERIFIED: a step could not be taken" >&2' EXIT
sm3_hex() { openssl dgst -sm3 -r "$1" | { read -r hex rest; echo "$hex"; }; }

# A signed note in file $1 (text, empty line, signature lines) -> $work/text, $work/signature.
split_note() {
    : >"$work/text"
    : >"$work/signature"
    part=text
    while IFS= read -r line; do
        case $part:$line in
        text:) part=signatures ;;
        text:*) printf '%s\n' "$line" >>"$work/text" ;;
        signatures:"$dash $origin "*)
            printf '%s' "${line##* }" | openssl base64 -d -A | tail -c +5 >"$work/signature" ;;
        esac
    done <"$1"
}

# Whether the key in $1 (PEM) signed the note that was split last.
signed_by() {
    openssl dgst -sm3 -verify "$1" -sigopt "distid:$id" -signature "$work/signature" "$work/text" \
        >/dev/null 2>&1
}

# ---- 1: the record ---------------------------------------------------------------------------
for file in record.json leaf.txt proof.txt certificates.txt; do
    [ -r $file ] || stop "$file is missing"
done
{ read -r form && read -r store && read -r sequence && read -r digest; } <leaf.txt || stop "leaf.txt is too short"
[ "$form" = merlon-leaf-1 ] || stop "leaf.txt is of another form: $form"
[ "$(sm3_hex record.json)" = "$digest" ] || stop "record.json is not the record that leaf.txt names"
ok "1 ok: record.json is record $sequence of store $store"

# ---- 2: the tree -----------------------------------------------------------------------------
{ printf '\000'; cat leaf.txt; } | openssl dgst -sm3 -binary >"$work/hash"
origin= index= size= part=head
: >"$work/checkpoint"
while IFS= read -r line; do
    case $part:$line in
    head:"merlon ledger inclusion") ;;
    head:"origin "*) origin=${line#origin } ;;
    head:"index "*) index=${line#index } ;;
    head:"size "*)
        size=${line#size } part=path
        is_number "$size" proof.txt
        is_number "$index" proof.txt
        [ "$index" -lt "$size" ] || stop "proof.txt: leaf $index is not within $size leaves"
        fn=$index sn=$((size - 1)) ;;
    path:) part=note ;;
    path:*)
        [ "$sn" -gt 0 ] || stop "proof.txt has too many hashes"
        printf '%s' "$line" | openssl base64 -d -A >"$work/other"
        if [ $((fn % 2)) = 1 ] || [ "$fn" = "$sn" ]; then
            { printf '\001'; cat "$work/other" "$work/hash"; } | openssl dgst -sm3 -binary >"$work/new"
            while [ $((fn % 2)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
        else
            { printf '\001'; cat "$work/hash" "$work/other"; } | openssl dgst -sm3 -binary >"$work/new"
        fi
        cat "$work/new" >"$work/hash"
        fn=$((fn / 2)) sn=$((sn / 2)) ;;
    note:*) printf '%s\n' "$line" >>"$work/checkpoint" ;;
    *) stop "proof.txt has a line that is not understood: $line" ;;
    esac
done <proof.txt
[ "${sn:-1}" = 0 ] || stop "proof.txt has too few hashes"
{ read -r o && read -r s && read -r root; } <"$work/checkpoint" || stop "proof.txt holds no checkpoint"
[ "$o" = "$origin" ] && [ "$s" = "$size" ] || stop "the checkpoint is not of the proof's tree"
[ "$(openssl base64 -A -in "$work/hash")" = "$root" ] || stop "the leaf is not in the signed tree"
ok "2 ok: its leaf is number $index of $size in the tree of $origin"

# ---- 3: the keys -----------------------------------------------------------------------------
count=0
: >"$work/note"
certificate() {
    split_note "$work/note"
    key=
    while IFS= read -r line; do
        case $line in "public "*) key=${line#public } ;; esac
    done <"$work/text"
    [ -n "$key" ] || stop "certificates.txt: a certificate without a key"
    printf '%s' "$key" | openssl base64 -d -A >"$work/der"
    count=$((count + 1))
    openssl pkey -pubin -inform DER -in "$work/der" -out "$work/key.$count" ||
        stop "certificates.txt: a key that openssl cannot read"
    [ $count -gt 1 ] || fingerprint=$(sm3_hex "$work/der")
    signer=$((count > 1 ? count - 1 : 1))
    signed_by "$work/key.$signer" || stop "certificates.txt: key $count was not certified by key $signer"
    : >"$work/note"
}
ended=0
while IFS= read -r line; do
    case $line in
    "merlon ledger epoch") [ ! -s "$work/note" ] || certificate ;;
    esac
    printf '%s\n' "$line" >>"$work/note"
done <certificates.txt
[ ! -s "$work/note" ] || certificate
[ $count -gt 0 ] || stop "certificates.txt holds no key"
ok "3 ok: $count keys, the first with fingerprint $fingerprint"

# ---- 4: the checkpoint -----------------------------------------------------------------------
split_note "$work/checkpoint"
by=
n=0
while [ $n -lt $count ]; do
    n=$((n + 1))
    if signed_by "$work/key.$n"; then by=$n; fi
done
[ -n "$by" ] || stop "the checkpoint was not signed by a key of this ledger"
ok "4 ok: the checkpoint was signed by key $by:"
while IFS= read -r line; do
    case $line in "time "*) ok "      sealed at ${line#time }" ;; esac
done <"$work/text"

if [ -n "${1:-}" ]; then
    [ "$1" = "$fingerprint" ] || stop "the first key is not the one that was kept: $fingerprint"
    echo "VERIFIED: this record stands in the ledger whose fingerprint you kept"
else
    echo "VERIFIED, as far as this folder goes. Compare the fingerprint with the one that was kept when"
    echo "the ledger was made: an administrator could have replaced the ledger whole."
fi

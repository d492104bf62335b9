#!/bin/sh
# The ledger by its commands: verified, tampered with in every way that a shell has, proven, rotated,
# co-signed by another Merlon and stamped by the openssl command.
. "$(dirname "$0")/lib.sh"
export MERLON_DATA

check() { run check --no-walk --check password-length; }

data=$MERLON_DATA
check
fingerprint=$(sed -n 's/.*shown only now: //p' "$dir/err")
[ ${#fingerprint} = 64 ] || fail "no fingerprint was shown"
check
check
run ledger checkpoint
exit_is 0
cp "$dir/out" "$dir/witness"

# Whole, with what was kept elsewhere; without it, what is not proven is said.
run ledger verify --fingerprint "$fingerprint" --witness "$dir/witness"
exit_is 0
out_has "Nothing was altered"
out_has "0 differences"
out_lacks "replaced this ledger whole"
run ledger verify
exit_is 3
out_has "without witness or kept fingerprint, an administrator could have replaced this ledger whole"
run ledger verify --fingerprint "$(printf '%064d' 0)"
exit_is 1
out_has "another ledger"
run ledger verify --format json --fingerprint "$fingerprint"
json .damage 0
json .deeds_compared true
json .fingerprint "\"$fingerprint\""

# Proofs.
run ledger prove 0 -o "$dir/proof"
exit_is 0
grep -q '^merlon ledger inclusion$' "$dir/proof" || fail "no proof was written"
run ledger prove 1000
exit_is 2
err_has "not sealed yet"
run ledger consistency 1 2
exit_is 0
run ledger consistency 2 1
exit_is 2
run ledger prove x
exit_is 2

# A new epoch: the old key is gone, the ledger goes on.
[ -f "$data/keys/epoch-000001.key" ] || fail "there is no key"
run ledger rotate
exit_is 0
[ ! -e "$data/keys/epoch-000001.key" ] || fail "the old key still stands"
check
run ledger verify --fingerprint "$fingerprint" --witness "$dir/witness"
exit_is 0
run ledger verify --since 2000-01-01 --fingerprint "$fingerprint"
exit_is 0
run ledger verify --since yesterday
exit_is 2

# Every way to tamper with the folder, on a copy each.
tamper() { # NAME FINDING SCRIPT
    rm -rf "$dir/copy"
    cp -a "$data" "$dir/copy"
    rm "$dir/copy/merlon.db"*
    (cd "$dir/copy/ledger" && eval "$3") || fail "$1: could not tamper"
    run --data "$dir/copy" ledger verify --fingerprint "$fingerprint" --format json \
        --witness "$dir/witness"
    exit_is 1
    jq -e --arg f "$2" '[.findings[].finding] | index($f) != null' "$dir/out" >/dev/null ||
        fail "$1: not named $2"
}
first=entries/000/000/000
tamper "an edited leaf" edited "printf X | dd of=$first bs=1 seek=40 conv=notrunc 2>/dev/null"
tamper "a truncated end" truncated "truncate -s 60 $first"
tamper "all leaves gone" truncated "rm $first"
tamper "a checkpoint changed" signature "sed -i 's/^size 1/size 2/; s/^next 0/next 9/' checkpoints/000002"
tamper "checkpoints of an epoch gone" missing "rm checkpoints/000001"
tamper "a certificate changed" foreign-key "sed -i 's/^epoch 2/epoch 3/' epochs"
tamper "an epoch without certificate" foreign-key "cp checkpoints/000002 checkpoints/000003"
tamper "rubbish" malformed "head -c 300 /dev/zero > $first"
tamper "a key from elsewhere" foreign-key "sed -i 's/^\(— merlon[^ ]* \)..../\1AAAA/' checkpoints/000002"

# Replaced whole, keys and all: only what was kept elsewhere tells.
mkdir "$dir/other"
run --data "$dir/other" check --no-walk --check password-length
run --data "$dir/other" ledger verify --witness "$dir/witness"
exit_is 1
out_has "contradicts a witness"

# A database restored from yesterday: the ledger has leaves that it does not know.
rm -rf "$dir/copy"
cp -a "$data" "$dir/copy"
check
cp "$dir/copy/merlon.db"* "$data/"
run ledger verify --fingerprint "$fingerprint"
exit_is 1
out_has "deed_missing"
out_has "The store does not say what the ledger says"
rm -rf "$data"
cp -a "$dir/copy" "$data"

# Two Merlons: the other one co-signs what continues, and nothing else.
run ledger request -o "$dir/request"
exit_is 0
MERLON_DATA=$dir/other
run ledger cosign "$dir/request"
exit_is 2
run ledger cosign "$dir/request" --fingerprint "$fingerprint" -o "$dir/cosigned"
exit_is 0
err_has "BEGIN PUBLIC KEY"
run ledger cosign "$dir/request" --fingerprint "$fingerprint"
[ "$code" != 0 ] || fail "the same request, as if for the first time, was co-signed again"
MERLON_DATA=$data
run ledger keep "$dir/cosigned"
exit_is 0
size=$(sed -n 2p "$dir/cosigned")
check
run ledger request "$size" -o "$dir/request"
exit_is 0
MERLON_DATA=$dir/other
run ledger cosign "$dir/request" --fingerprint "$fingerprint" -o "$dir/cosigned"
exit_is 0
MERLON_DATA=$data
run ledger verify --witness "$dir/cosigned"
exit_is 0

# A time stamp server: openssl with an ECDSA key, over SM3.
(
    cd "$dir" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
        -out ca.pem -days 9000 -subj /CN=root &&
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr \
            -subj /CN=stamper &&
        echo 'extendedKeyUsage=critical,timeStamping' >ext && echo 01 >serial &&
        openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9000 -extfile ext \
            -out tsa.pem &&
        printf '[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ndefault_policy=1.2.3\ndigests=sm3\nsigner_digest=sha256\n' \
            >ts.cnf
) >/dev/null 2>&1 || fail "no time stamp server could be made"
run ledger stamp -o "$dir/request.tsq"
exit_is 0
(cd "$dir" && openssl ts -reply -config ts.cnf -queryfile request.tsq -signer tsa.pem -inkey tsa.key \
    -out answer.tsr) >/dev/null 2>&1 || fail "the time stamp server refused"
run ledger stamp "$dir/answer.tsr"
exit_is 2
run ledger stamp "$dir/answer.tsr" --trust "$dir/ca.pem"
exit_is 0
err_has "stamper"
run ledger verify --trust "$dir/ca.pem"
exit_is 0
run ledger verify --fingerprint "$fingerprint"
exit_is 0
out_has "give --trust"

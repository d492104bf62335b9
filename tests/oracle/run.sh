#!/bin/sh
# run.sh: our verdicts against labels that nobody here wrote (../shared/data/config-verdicts).
#
# For each labelled case whose topic config-verdicts.yaml maps: a fresh copy of the base root, the
# case's files laid over it, and the mapped check with its parameters. Fails when agreement is
# below 97 %, when a case labelled fail passes, and when a verdict is unknown or not applicable.
# 77 (skipped) without the data, without jq, or for another user than root (files have owners).
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 99
merlon=${MERLON:?the program to try}
data=${ORACLE_DATA:-$here/../../../shared/data/config-verdicts}
map=$here/config-verdicts.yaml
needed=97

skip() { echo "skipped: $*"; exit 77; }
[ -r "$data/cases.jsonl" ] || skip "no $data/cases.jsonl"
[ "$(id -u)" = 0 ] || skip "only root can lay files with owners"
command -v jq >/dev/null || skip "no jq"

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
mkdir "$work/base" "$work/map" "$work/case"
tar -xzf "$data/base.tar.gz" -C "$work/base" --numeric-owner || exit 99

# The map: TOPIC.check holds the check's id, TOPIC.params a NAME=VALUE a line. Values hold no comma.
sed -n 's/^\([a-z_0-9]*\): {check: \([a-z0-9-]*\)\(.*\)}$/\1 \2 \3/p' "$map" >"$work/mapped"
[ "$(wc -l <"$work/mapped")" = "$(grep -cv -e '^#' -e '^$' "$map")" ] ||
    { echo "$map: a line is not 'TOPIC: {check: ID, params: {NAME: VALUE, ...}}'"; exit 1; }
while read -r topic check rest; do
    grep -qx "$topic" "$data/rules.txt" || { echo "$map: rules.txt has no topic '$topic'"; exit 1; }
    [ ! -e "$work/map/$topic.check" ] || { echo "$map: '$topic' stands there twice"; exit 1; }
    echo "$check" >"$work/map/$topic.check"
    printf '%s\n' "$rest" | sed -n 's/^, params: {\(.*\)}$/\1/p' | tr ',' '\n' |
        sed -e 's/^ *//' -e 's/: */=/' -e 's/="\(.*\)"$/=\1/' >"$work/map/$topic.params"
done <"$work/mapped"

# lay PATH ENTRY: one file of a case over the root. ENTRY is "KIND MODE OWNER:GROUP".
lay() {
    at=$work/root$1 kind=$2 mode=$3 owner=$4
    rm -rf "$at"
    [ "$kind" != deleted ] || return 0
    mkdir -p "${at%/*}" || return 1
    case $kind in
    symlink) ln -s "$(jq -r --arg p "$1" '.files[$p].symlink' "$work/case/one")" "$at" ;;
    base64) jq -r --arg p "$1" '.files[$p].base64' "$work/case/one" | base64 -d >"$at" ;;
    *) jq -j --arg p "$1" '.files[$p].text // ""' "$work/case/one" >"$at" ;;
    esac || return 1
    chown -h "$owner" "$at" && { [ "$kind" = symlink ] || chmod "$mode" "$at"; }
}

# verdict TOPIC: what our check says of the root, and why.
verdict() {
    topic=$1
    set -- --check "$(cat "$work/map/$topic.check")"
    while read -r parameter; do set -- "$@" --param "$parameter"; done <"$work/map/$topic.params"
    "$merlon" check --root "$work/root" --no-walk --no-record --format json "$@" 2>"$work/said" \
        >"$work/report"
    jq -r '.results[0] | .verdict + " " + .reason' "$work/report" 2>/dev/null || cat "$work/said"
}

mapped=0 agreed=0 wrong=0 total=0
while IFS= read -r line; do
    total=$((total + 1))
    printf '%s\n' "$line" >"$work/case/one"
    read -r topic name expected <<END
$(jq -r '"\(.rule) \(.case) \(.expect)"' "$work/case/one")
END
    [ -e "$work/map/$topic.check" ] || continue
    mapped=$((mapped + 1))
    rm -rf "$work/root" && cp -a "$work/base" "$work/root" || exit 99
    jq -r '.files | to_entries[] | [(.value | if .deleted then "deleted" elif has("symlink")
           then "symlink" elif has("base64") then "base64" else "text" end), (.value.mode // "644"),
           "\(.value.uid // 0):\(.value.gid // 0)", .key] | join(" ")' "$work/case/one" \
        >"$work/case/files"
    while read -r kind mode owner path; do
        lay "$path" "$kind" "$mode" "$owner" || { echo "cannot lay $path"; exit 99; }
    done <"$work/case/files"
    said=$(verdict "$topic")
    case $expected:${said%% *} in
    pass:pass | fail:fail) agreed=$((agreed + 1)); continue ;;
    pass:fail) kind="differs" ;;
    fail:pass) kind="A FAIL PASSES"; wrong=$((wrong + 1)) ;;
    *) kind="NO VERDICT"; wrong=$((wrong + 1)) ;;
    esac
    echo "$kind: $topic/$name ($(cat "$work/map/$topic.check")): expected $expected, got $said"
done <"$data/cases.jsonl"

echo "topics mapped: $(wc -l <"$work/mapped") of $(wc -l <"$data/rules.txt")"
echo "cases mapped:  $mapped of $total"
echo "agreement:     $agreed of $mapped"
[ "$mapped" -gt 0 ] && [ "$wrong" = 0 ] && [ $((agreed * 100)) -ge $((mapped * needed)) ] || {
    echo "needed: $needed % of agreement, no labelled fail that passes, a verdict for every case"
    exit 1
}

#!/bin/sh
# Every command explains itself, in three languages, and man pages and completion come from there.
. "$(dirname "$0")/lib.sh"

run
exit_is 0
out_has "merlon check"
clean

run --version
exit_is 0
out_has "merlon "

run help
exit_is 0
out_has "law clauses"
commands=$(sed -n '/^Commands:/,/^$/p' "$dir/out" | sed -n 's/^  \([a-z][a-z ]*[a-z]\)   *[A-Z].*/\1/p')
[ "$(echo "$commands" | wc -l)" -ge 14 ] || fail "fewer commands than expected: $commands"

echo "$commands" | while read -r command; do
    for lang in en zh vi; do
        # shellcheck disable=SC2086
        run help $command --lang $lang
        exit_is 0
        out_has "merlon $command"
        out_has "--lang LANG"
        clean
        cp "$dir/out" "$dir/help"
        # shellcheck disable=SC2086
        run $command --help --lang $lang
        exit_is 0
        cmp -s "$dir/out" "$dir/help" || fail "help COMMAND and COMMAND --help differ"
    done
    # shellcheck disable=SC2086
    run man $command
    exit_is 0
    out_has ".SH OPTIONS"
    out_has ".SH EXIT STATUS"
done || exit 1

run help chekc
exit_is 2
err_has 'did you mean "check"'

# All pages at once; a page is readable by man where man is here.
mkdir "$dir/man"
run man --all "$dir/man"
exit_is 0
[ -s "$dir/man/merlon.1" ] && [ -s "$dir/man/merlon-law-clauses.1" ] || fail "a page is missing"
if command -v groff >/dev/null 2>&1; then
    for page in "$dir"/man/*.1; do
        said=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
        [ -z "$said" ] || fail "groff about $page: $said"
    done
fi
run man --all "$dir/nowhere"
exit_is 5
run man --all
exit_is 2

# Completion: sub-commands, options, values.
run completion bash
exit_is 0
cp "$dir/out" "$dir/completion"
run completion tcsh
exit_is 2
complete_is() {
    command -v bash >/dev/null 2>&1 || return 0
    expected=$1
    shift
    said=$(bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _merlon; echo "${COMPREPLY[*]}"' \
        "$dir/completion" "$@")
    [ "$said" = "$expected" ] || fail "completion of '$*' gives '$said', expected '$expected'"
}
complete_is "law" merlon la
complete_is "clauses" merlon law cl
complete_is "--standard" merlon check --sta
complete_is "table json html csv junit sarif ocsf oscal" merlon check --format ""
complete_is "table json jsonl csv" merlon --lang zh query --format ""
complete_is "gbt22239-2019" merlon law clauses --standard gb
complete_is "zh" merlon check --lang = z
complete_is "status=" merlon asset list --filter stat
complete_is "-grade" merlon asset list --sort -gr

# The fields of a kind, with what each may hold: those that can be set where something is written.
run help asset add
out_has "class                   Class: one of network_device, security_device"
out_has "mandatory"
out_lacks "last_evidence"
run asset --help
out_has "last_evidence           Last evidence: a time, compared by its day; computed, cannot be set"
run man asset set
out_has ".SH FIELDS"

#!/bin/sh
# Wrong usage: one clear sentence, exit code 2, nothing on stdout.
. "$(dirname "$0")/lib.sh"

refused() {
    sentence=$1
    shift
    run "$@"
    exit_is 2
    err_has "$sentence"
    out_lines 0
}

refused 'unknown command "chekc"; did you mean "check"?' chekc
refused 'unknown command "zzzzzz"' zzzzzz
refused '"merlon check" does not know "lnit"; did you mean "lint"?' check lnit
refused '"merlon law" needs' law
refused 'unknown option --levle; did you mean --level?' check --levle 3
refused 'unknown option --frobnicate' check --frobnicate
refused 'unknown option -x' check -x
refused '"merlon version" does not take --root' version --root /
refused '--root needs a value' check --root
refused '-o needs a value' check -o
refused '--no-walk takes no value' check --no-walk=yes
refused '--level was given twice' check --level 2 --level 3
refused '--level "three" is not a number' check --level three
refused '--level "0" is not a number' check --level 0
refused '--level "-1" is not a number' check --level=-1
refused '--level "99999999999999999999" is not a number' check --level 99999999999999999999
refused 'has no level 7' check --level 7
refused 'has no level 3' check --standard jtt1417-2022 --level 3
refused 'unknown standard "iso27001"; there are gbt22239-2019, jtt1417-2022' check --standard iso27001
refused 'has no scope "space"; it has general, cloud' check --scope space
refused '--format "xml" is none of table|json' check --format xml
refused '--format "xml" is none of table|json|html|csv|junit|sarif|ocsf|oscal' check --format xml
refused '--lang "fr" is none of en|zh|vi' check --lang fr
refused '--class "toaster" is none of' check --class toaster
refused '--param "min_length" is not NAME=VALUE' check --param min_length
refused 'no_such_parameter' check --param no_such_parameter=3 --no-walk
refused 'min_length' check --param min_length=many --no-walk
refused 'min_length' check --param min_length=100000 --no-walk
refused 'no-such-check' check --check no-such-check --no-walk
refused '--root and --bundle' check --root / --bundle /dev/null --no-walk
refused 'collect needs -o FILE' collect
refused 'unknown check "acount-uid0"; did you mean "account-uid0"?' check show acount-uid0
refused 'unknown item' law show GB22239-L3-nowhere
refused 'unknown table or view "accuont"; did you mean "account"?' schema accuont
refused '"merlon query" needs SQL' query
refused 'one word too many' query "SELECT 1" "SELECT 2"

# Options may stand anywhere, and "--" ends them.
run --lang en law --format=jsonl standards
exit_is 0
out_lines 2
run query -- --no-such-thing
exit_is 2
err_has 'the query is refused'

# Accepted everywhere, until there is a record without effect.
for words in "law standards" "check list" "version" "schema account"; do
    # shellcheck disable=SC2086
    run $words --data "$dir/data" --no-record
    exit_is 0
    clean
done
[ ! -e "$dir/data" ] || fail "the data directory was made"

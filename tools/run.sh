#!/bin/sh
# run.sh MERLON: the main job on this very machine, twice: against the general standard and against
# the transport standard. A finding is no failure of this script: only 2 and 4 are.
set -u
merlon=$1
judge() {
    echo
    echo "== $merlon check $*"
    "$merlon" check "$@"
    status=$?
    case $status in 0 | 1 | 3) ;; *) exit "$status" ;; esac
}
judge --standard jtt1417-2022 --level 1
judge --standard gbt22239-2019 --level 3
[ "$(id -u)" = 0 ] ||
    echo "Some sources can only be read by root: 'sudo $merlon check' judges them too."
echo
echo "(Above, merlon stands for $merlon until it is installed.)"
echo "Next: $merlon check --check ID        one check, with every row behind it"
echo "      $merlon law show CLAUSE         what an item asks for"
echo "      $merlon query 'SELECT * FROM account'   ask this machine anything"
echo "      $merlon help                    everything else"

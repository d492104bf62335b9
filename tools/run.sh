#!/bin/sh
# run.sh MERLON: the main job on this very machine: judged by the general standard and by the transport
# standard, both recorded, the record proven. A finding is no failure of this script.
#
# The record lies beside the build, so that trying leaves nothing behind on the machine; MERLON_DATA
# puts it elsewhere.
set -u
merlon=$1
MERLON_DATA=${MERLON_DATA:-$(dirname "$merlon")/data}
export MERLON_DATA

step() { # EXIT-CODES WORD...: one command; other exit codes end the script
    good=$1
    shift
    echo
    echo "== $merlon $*"
    "$merlon" "$@"
    status=$?
    case " $good " in *" $status "*) ;; *) exit "$status" ;; esac
}

step "0 1 3" check --standard jtt1417-2022 --level 1
step "0 1 3" check --standard gbt22239-2019 --level 3
step "0" evidence list
step "0 3" ledger verify
[ "$(id -u)" = 0 ] ||
    echo "Some sources can only be read by root: 'sudo $merlon check' judges them too."
echo
echo "(Above, merlon stands for $merlon until it is installed. The record is in $MERLON_DATA.)"
echo "Next: $merlon check --check ID        one check, with every row behind it"
echo "      $merlon law show CLAUSE         what an item asks for"
echo "      $merlon query 'SELECT * FROM account'   ask this machine anything"
echo "      $merlon demo --data /tmp/demo   a fictitious province to look at"
echo "      $merlon help                    everything else"

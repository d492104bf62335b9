#!/bin/sh
# include_scan_test.sh SCAN: plants one violation after the other in a small house and holds that
# the include scan finds each, and nothing in the house without them.
scan=${1:?usage: include_scan_test.sh SCAN}
house=$(mktemp -d) || exit 1
trap 'rm -rf "$house"' EXIT
src=$house/src
failures=0

build() {
    rm -rf "$src"
    mkdir -p "$src/interface/cli" "$src/sensor/nose" "$src/sensor/ear" "$src/foundation/base"
    printf '# top first\ninterface/cli\nsensor/nose sensor/ear\nfoundation/base\n' >"$src/MAP"
    printf '#include <stdio.h>\n#include "sensor/nose/nose.h"\n' >"$src/interface/cli/main.c"
    printf '#include "foundation/base/base.h"\n' >"$src/sensor/nose/nose.h"
    printf '#include "sensor/nose/inner.h"\n' >"$src/sensor/nose/nose.c"
    : >"$src/sensor/nose/inner.h"
    : >"$src/sensor/ear/ear.h"
    : >"$src/foundation/base/base.h"
}

# refused NAME TEXT: the scan fails, and says TEXT
refused() {
    said=$(sh "$scan" "$src" 2>&1)
    status=$?
    if [ $status -ne 1 ] || ! printf '%s\n' "$said" | grep -q -F -- "$2"; then
        echo "FAIL $1: exit $status, wanted 1 and '$2', said: $said"
        failures=$((failures + 1))
    else
        echo "ok   $1"
    fi
    build
}

build
if sh "$scan" "$src" >/dev/null; then
    echo "ok   a clean house stands"
else
    echo "FAIL a clean house is refused"
    failures=1
fi

echo '#include "sensor/nose/nose.h"' >"$src/foundation/base/base.c"
refused "upward include" "foundation/base/base.c:1: includes upwards"
echo '  #  include <sensor/nose/nose.h>' >"$src/foundation/base/base.c"
refused "upward include in angle brackets" "foundation/base/base.c:1: includes upwards"
echo '#include "sensor/ear/ear.h"' >>"$src/sensor/nose/nose.c"
refused "sideways include" "sensor/nose/nose.c:2: includes a room on its own line"
echo '#include "sensor/nose/inner.h"' >"$src/interface/cli/main.c"
refused "private header from outside" "includes a private header of sensor/nose"
mkdir "$src/sensor/tongue" && : >"$src/sensor/tongue/tongue.h"
refused "unlisted room" "sensor/tongue: is not listed in MAP"
rm -r "$src/sensor/ear"
refused "listed room without a folder" "sensor/ear is no folder"
rm "$src/sensor/ear/ear.h"
refused "room without its public header" "sensor/ear: has no public header sensor/ear/ear.h"
echo '#include "inner.h"' >>"$src/sensor/nose/nose.c"
refused "include beside the file" "includes inner.h, which is in no room"
echo '#include "../../sensor/ear/ear.h"' >>"$src/sensor/nose/nose.c"
refused "include through .." "may not hold . or .."
echo '#include "tests/unit/nose/nose.h"' >>"$src/sensor/nose/nose.c"
refused "include of a test" "includes tests/unit/nose/nose.h, which is in no room"
echo '#include HEADER' >>"$src/sensor/nose/nose.c"
refused "computed include" "cannot be proven"
: >"$src/sensor/stray.c"
refused "file outside every room" "sensor/stray.c: belongs to no room"
echo 'sensor/nose' >>"$src/MAP"
refused "room listed twice" "sensor/nose stands there twice"

exit $((failures > 0))

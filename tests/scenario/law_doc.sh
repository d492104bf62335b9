#!/bin/sh
# docs/LAW.md: its table of rules is what tools/law_table.sh makes of the packs today.
. "$(dirname "$0")/lib.sh"
need jq
root=$here/../..
sh "$root/tools/law_table.sh" "$MERLON" >"$dir/table" || fail "tools/law_table.sh"
sed -n '/^<!-- rules: /,/^<!-- end of rules -->$/p' "$root/docs/LAW.md" >"$dir/held"
cmp "$dir/table" "$dir/held" || fail "docs/LAW.md is stale: sh tools/law_table.sh build/merlon --write"
[ "$(grep -c '^| `' "$dir/table")" = 160 ] || fail "the table does not have every rule"

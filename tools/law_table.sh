#!/bin/sh
# law_table.sh MERLON [--write]: the table "article -> rule -> validity -> test" of docs/LAW.md, made
# from the rule packs. With --write it replaces the one between the markers.
set -eu
merlon=$1
doc=$(dirname "$0")/../docs/LAW.md

table() {
    echo "<!-- rules: made by tools/law_table.sh, do not edit by hand -->"
    "$merlon" law rules --lang en --format jsonl | jq -rs '
        group_by(.regime)[] | "\n### \(.[0].regime)\n",
        "| Rule | Source | Grades | Valid | Sure | Says | Test | Acted on by |",
        "|---|---|---|---|---|---|---|---|",
        (.[] | "| `\(.rule)` | \(.source) | \(if (.grades | length) == 5 then "all" else (.grades | map(tostring) | join(", ")) end) | \(.valid_from) to \(if .valid_to == "" then "now" else .valid_to end) | \(.confidence) | \(.value_text | gsub("\\|"; "\\|")) | `\(.test)` | \(if .process == "" then "" else "later: \(.process)" end) |")'
    echo
    echo "<!-- end of rules -->"
}

if [ "${2:-}" != --write ]; then
    table
    exit
fi
new=$(mktemp)
trap 'rm -f "$new" "$new.doc"' EXIT
table >"$new"
awk -v table="$new" '
    /^<!-- rules: / { while ((getline line < table) > 0) print line; skip = 1 }
    !skip { print }
    /^<!-- end of rules -->$/ { skip = 0 }' "$doc" >"$new.doc"
cat "$new.doc" >"$doc"

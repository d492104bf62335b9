#!/bin/sh
# metrics.sh [ROOT]: the size budget of the house over ROOT/src. Prints what is measured beside what
# is allowed, and the worst offenders; exit 1 when something is outside.
#
#   files      median at most 250 lines, none over 800
#   functions  median at most 18 lines, at most 1 % over 100 (universal-ctags, else awk)
#   comments   12 to 20 % of the lines that are not blank hold a comment
cd "${1:-.}" && [ -d src ] || { echo "usage: metrics.sh ROOT (a folder that holds src)" >&2; exit 2; }
LC_ALL=C
export LC_ALL
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
find src -type f -name '*.[ch]' | sort >"$work/files"
[ -s "$work/files" ] || { echo "metrics: no C files below src" >&2; exit 2; }

# "lines name" of every file
xargs awk 'FNR == 1 && name { print n, name } { name = FILENAME; n = FNR }
           END { print n, name }' <"$work/files" | sort -n >"$work/file_lines"

# "lines file:name" of every function
by_ctags() {
    ctags -x --languages=C --map-C=+.h --kinds-C=f --_xformat='%n %{end} %F:%N' -L "$work/files" |
        awk '$2 ~ /^[0-9]+$/ { print $2 - $1 + 1, $3 }'
}
# Our style opens a function with a lone brace in the first column and closes it in the same place.
by_awk() {
    xargs awk 'FNR == 1 { start = 0 }
        /^[A-Za-z_]/ { start = FNR; name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
        /^}/ && open { print FNR - open + 1, FILENAME ":" name; open = 0 }
        /^{/ { open = start }' <"$work/files"
}
if ctags --version 2>/dev/null | grep -q Universal; then
    by_ctags
else
    by_awk
fi | sort -n >"$work/function_lines"

# lines that hold a comment, lines that are not blank; texts in quotes are no comments
xargs awk 'FNR == 1 { inside = 0 }
    {
        line = $0
        gsub(/\\./, "", line)
        gsub(/"[^"]*"/, "", line)
        if (line ~ /^[ \t]*$/ && $0 ~ /^[ \t]*$/)
            next
        code++
        if (inside || line ~ /\/[*\/]/)
            comment++
        while (1) {
            if (inside) {
                if (!(at = index(line, "*/")))
                    break
                inside = 0
            } else {
                if (!(at = index(line, "/*")))
                    break
                inside = 1
            }
            line = substr(line, at + 2)
        }
    }
    END { print comment + 0, code + 0 }' <"$work/files" >"$work/comments"

awk -v work="$work" '
function load(file, sizes,    count, line, part) {
    while ((getline line < file) > 0) {
        split(line, part, " ")
        sizes[++count] = part[1] + 0
    }
    return count
}
function over(sizes, count, limit,    i, found) {
    for (i = 1; i <= count; i++)
        if (sizes[i] > limit)
            found++
    return found + 0
}
function show(what, value, unit, low, high,    good) {
    good = value >= low && value <= high
    printf "%-28s %8s   %-16s %s\n", what, value unit, (low ? low "-" : "at most ") high unit,
        good ? "ok" : "OUTSIDE"
    if (!good)
        bad = 1
}
BEGIN {
    files = load(work "/file_lines", file)
    functions = load(work "/function_lines", func_lines)
    getline < (work "/comments")
    printf "%d files, %d functions, %d lines that are not blank\n", files, functions, $2
    show("median file, lines", file[int((files + 1) / 2)], "", 0, 250)
    show("largest file, lines", file[files], "", 0, 800)
    show("median function, lines", func_lines[int((functions + 1) / 2)], "", 0, 18)
    percent = functions ? sprintf("%.2f", 100 * over(func_lines, functions, 100) / functions) : 0
    show("functions over 100 lines", percent + 0, " %", 0, 1)
    show("lines with a comment", sprintf("%.1f", 100 * $1 / $2) + 0, " %", 12, 20)
    exit bad
}'
status=$?
echo "largest files:";     tail -n 3 "$work/file_lines" | sort -rn | sed 's/^/  /'
echo "largest functions:"; tail -n 3 "$work/function_lines" | sort -rn | sed 's/^/  /'
exit $status

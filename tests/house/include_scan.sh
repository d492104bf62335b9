#!/bin/sh
# include_scan.sh SRC: proves the rules of the house against SRC/MAP.
#
#   - every folder SRC/<floor>/<room> stands in MAP, and every room of MAP is a folder
#   - every room has a public header named like its folder (interface/cli holds main: none needed)
#   - another room is included only by its public header, and only from a line above it in MAP
#   - includes of our own are written from SRC, and lead nowhere else (tests, content, "..")
#
# One line for each violation; exit 1 when there is any, 2 when the tree cannot be read.
src=${1:?usage: include_scan.sh SRC}
cd "$src" 2>/dev/null || { echo "include_scan: $src: no such folder" >&2; exit 2; }
[ -f MAP ] || { echo "include_scan: $src/MAP is missing" >&2; exit 2; }

{
    find . -mindepth 2 -maxdepth 2 -type d | sed 's|^\./|dir |'
    find . -type f -name '*.[chS]' | LC_ALL=C sort | sed 's|^\./|file |'
} | LC_ALL=C awk '
function violation(text) { print text; bad++ }

function room_of(path,    part)
{
    if (split(path, part, "/") < 3)
        return ""
    return part[1] "/" part[2]
}

function public_header(room,    part)
{
    split(room, part, "/")
    return room "/" part[2] ".h"
}

function check_include(file, number, line,    where, own, other)
{
    where = file ":" number ": "
    if (line ~ /^<[^>]*>/) {
        sub(/>.*/, "", line)
        line = substr(line, 2)
        if (!(room_of(line) in row))
            return # a header of the system
    } else if (line ~ /^"[^"]*"/) {
        line = substr(line, 2)
        sub(/".*/, "", line)
    } else {
        violation(where "an include that is no name cannot be proven: " line)
        return
    }
    own = room_of(file)
    other = room_of(line)
    if (line ~ /(^|\/)\.\.?(\/|$)/)
        violation(where "an include may not hold . or ..: " line)
    else if (!(other in row))
        violation(where "includes " line ", which is in no room of MAP")
    else if (own == other) {
        if (!(line in files))
            violation(where "includes " line ", which does not exist")
    } else if (line != public_header(other))
        violation(where "includes a private header of " other ": " line)
    else if (row[other] == row[own])
        violation(where "includes a room on its own line of MAP: " line)
    else if (row[other] < row[own])
        violation(where "includes upwards: " line)
    checked++
}

function scan(file,    number, line)
{
    if (!(room_of(file) in row)) {
        violation(file ": belongs to no room of MAP")
        return
    }
    number = 0
    while ((getline line < file) > 0) {
        number++
        if (sub(/^[ \t]*#[ \t]*(include|include_next|import)[ \t]*/, "", line))
            check_include(file, number, line)
    }
    close(file)
}

BEGIN {
    while ((getline line < "MAP") > 0) {
        map_line++
        sub(/#.*/, "", line)
        count = split(line, rooms, " ")
        for (i = 1; i <= count; i++) {
            if (rooms[i] in row)
                violation("MAP:" map_line ": " rooms[i] " stands there twice")
            row[rooms[i]] = map_line
            if (rooms[i] !~ /^[a-z_]+\/[a-z_]+$/)
                violation("MAP:" map_line ": " rooms[i] " is no floor/room")
        }
    }
}
$1 == "dir" { folders[$2] }
$1 == "file" { files[substr($0, 6)] }
END {
    for (folder in folders)
        if (!(folder in row))
            violation(folder ": is not listed in MAP")
    for (room in row) {
        if (!(room in folders))
            violation("MAP:" row[room] ": " room " is no folder")
        else if (room != "interface/cli" && !(public_header(room) in files))
            violation(room ": has no public header " public_header(room))
    }
    for (file in files) {
        scanned++
        scan(file)
    }
    if (bad) {
        print bad " violations" > "/dev/stderr"
        exit 1
    }
    print scanned " files, " checked " includes: the house stands"
}'

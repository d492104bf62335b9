#!/bin/sh
# Sheets into the register and out of it: all rows or none, each error with row and column, encodings, formulas,
# templates, dry runs, and what was exported taken back unchanged; on both stores. IMPORT_ROWS=1000000 makes the
# large file larger (50000).
. "$(dirname "$0")/lib.sh"

ok() {
    run "$@"
    exit_is 0
}

count_is() { # NUMBER WORDS...
    number=$1
    shift
    run "$@"
    exit_is 0
    [ "$(cat "$dir/out")" = "$number" ] || fail "counts $(cat "$dir/out"), expected $number"
}

name_is() { # KEY NAME
    run asset list --filter "key=$1" --format json
    said=$(jq -r '.[0].name' "$dir/out")
    [ "$said" = "$2" ] || fail "$1 is named '$said', expected '$2'"
}

start() {
    ok unit add u name=U
    ok person add p name=P unit=u
}

row_error() { # ROW COLUMN REASON: the file $dir/f.csv has this one error, and nothing is written
    run asset import "$dir/f.csv" --format json
    exit_is 1
    json 'length' 1
    json '.[0].row' "$1"
    json '.[0].column' "\"$2\""
    out_has "$3"
    err_has "nothing was imported"
    count_is 0 asset count
}

head='key,name,class,unit,responsible,acquired,started,addresses'

errors() {
    for bad in 'B (name)|b1,,host_os,u,p,,,|it is mandatory and missing' \
        'E (responsible)|b1,x,host_os,u,,,,|it is mandatory and missing' \
        'C (class)|b1,x,toaster,u,p,,,|is none of' \
        'D (unit)|b1,x,host_os,nowhere,p,,,|there is no unit' \
        'G (started)|b1,x,host_os,u,p,2024-02-02,2024-02-01,|before acquired' \
        'F (acquired)|b1,x,host_os,u,p,2024-02-30,,|not a date' \
        'H (addresses)|b1,x,host_os,u,p,,,10.0.0.300|address' \
        'A (key)|,x,host_os,u,p,,,|a key is missing'; do
        row=${bad#*|}
        printf '%s\ng1,good,host_os,u,p,,,\n\n%s\ng2,good,host_os,u,p,,,\n' "$head" "${row%|*}" >"$dir/f.csv"
        row_error 4 "${bad%%|*}" "${bad##*|}"
    done
    printf '%s\ng1,good,host_os,u,p,,,,more\n' "$head" >"$dir/f.csv"
    row_error 2 "" "more cells than the header has"
    # All errors of a file at once.
    printf '%s\nb1,,host_os,u,p,,,\nb2,x,toaster,nowhere,p,,,\nb3,x,host_os,u,p,zz,,\n' "$head" >"$dir/f.csv"
    run asset import "$dir/f.csv" --format csv
    exit_is 1
    out_lines 4
    for bad in 'key,colour' 'name,class' 'key,name,name'; do
        printf '%s\na,b,c\n' "$bad" >"$dir/f.csv"
        run asset import "$dir/f.csv"
        exit_is 5
        err_has "row 1"
        count_is 0 asset count
    done
    : >"$dir/f.csv"
    run asset import "$dir/f.csv"
    exit_is 5
    run asset import "$dir/none.csv"
    exit_is 5
    printf '%s\nsame,first,host_os,u,p,,,\nsame,second,host_os,u,p,,,\n' "$head" >"$dir/f.csv"
    run asset import "$dir/f.csv" --format json
    exit_is 1
    json ".[0] | [.row, .column]" '[3,"A (key)"]'
    count_is 0 asset count
}

updates() {
    printf '%s\na1,one,host_os,u,p,,,10.0.0.1; 10.0.0.2\na2,two,dbms,u,p,,,\n' "$head" >"$dir/f.csv"
    run asset import "$dir/f.csv" --dry-run
    exit_is 0
    err_has "would add 2, change 0, leave 0"
    count_is 0 asset count
    ok asset import "$dir/f.csv"
    err_has "added 2, changed 0, left 0"
    ok asset import "$dir/f.csv"
    err_has "added 0, changed 0, left 2"
    # A column that is not there is left alone; an empty cell takes the value away; titles name fields, too.
    printf 'Name;key;Addresses\neins;a1;\n' >"$dir/f.csv"
    ok asset import "$dir/f.csv"
    err_has "added 0, changed 1, left 0"
    run asset list --filter key=a1 --format json
    json '.[0] | [.name, .addresses, .class]' '["eins",null,"host_os"]'
    printf '名称,key\n甲,a1\n' >"$dir/f.csv"
    ok asset import "$dir/f.csv"
    name_is a1 甲
    run asset history a1 --format jsonl
    out_has '"before":"eins","after":"甲"'
    # Units may name a unit further down.
    printf 'key,name,parent\nc,C,b\nb,B,a\na,A,u\n' >"$dir/f.csv"
    ok unit import "$dir/f.csv"
    err_has "added 3"
    printf 'key,name,parent\nx,X,y\ny,Y,x\n' >"$dir/f.csv"
    run unit import "$dir/f.csv"
    exit_is 1
    count_is 4 unit count
}

templates() {
    for kind in unit person system asset supplier access product agency; do
        ok "$kind" template
        out_lines 1
        out_has key,name
        run "$kind" template --format xlsx -o "$dir/t.xlsx"
        exit_is 0
        run "$kind" import "$dir/t.xlsx"
        exit_is 0
        err_has "added 0"
    done
}

encodings() {
    printf '%s\nenc,省交通运输厅门户网站管理系统,host_os,u,p,,,\n' "$head" >"$dir/utf8.csv"
    for encoding in UTF-8 GB18030 GBK UTF-16LE UTF-16BE; do
        case $encoding in
        UTF-16LE) printf '\377\376' >"$dir/f.csv" ;;
        UTF-16BE) printf '\376\377' >"$dir/f.csv" ;;
        *) : >"$dir/f.csv" ;;
        esac
        iconv -f UTF-8 -t $encoding "$dir/utf8.csv" >>"$dir/f.csv"
        ok asset import "$dir/f.csv"
        name_is enc 省交通运输厅门户网站管理系统
        ok asset set enc name=other
    done
    # Half of it in the one, half in the other: refused whole.
    {
        cat "$dir/utf8.csv"
        printf 'enc2,港口调度数据库,host_os,u,p,,,\n' | iconv -f UTF-8 -t GB18030
    } >"$dir/f.csv"
    run asset import "$dir/f.csv"
    exit_is 5
    err_has "line 3 is not: save the whole file as UTF-8"
    name_is enc other
}

formulas() {
    for cell in '=1+1' '+1+2' '-2+3' '-1' '@SUM(A1)' "'quoted" '=HYPERLINK("http://x","y")'; do
        ok asset set enc "name=$cell"
        ok asset export --filter key=enc --format csv -o "$dir/f.csv"
        case $cell in
        -1) ;;
        [=+@-]*) grep -q "'$(printf '%s' "$cell" | cut -c1-2)" "$dir/f.csv" || fail "a formula stays: $cell" ;;
        esac
        ok asset import "$dir/f.csv"
        err_has "left 1"
        name_is enc "$cell"
        ok asset export --filter key=enc --format xlsx -o "$dir/f.xlsx"
        bsdtar -xOf "$dir/f.xlsx" 'xl/worksheets/sheet1.xml' | grep -q '<f>' && fail "a formula in XLSX: $cell"
        ok asset import "$dir/f.xlsx"
        err_has "left 1"
    done
}

# Everything of the demo, out and in again: nothing changes; into another register: equal exports.
round_trip() {
    fresh
    ok demo --lang "$1"
    for kind in unit person supplier product agency system asset access; do
        for format in csv xlsx jsonl; do
            ok "$kind" export --as p-001 --format $format -o "$dir/$kind.$format"
        done
        for format in csv xlsx; do
            ok "$kind" import "$dir/$kind.$format" --as p-001
            err_has "added 0, changed 0, "
        done
    done
    from=$MERLON_DATA
    fresh
    # Persons and units name each other: first without, then whole.
    ok unit add unit-01 name=x
    ok person add p-001 name=x clearance=top_secret
    for kind in unit person supplier product agency system asset access; do
        cut_columns "$kind"
        ok "$kind" import "$dir/bare.csv" --as p-001
    done
    for kind in unit person supplier product agency system asset access; do
        ok "$kind" import "$dir/$kind.csv" --as p-001
        ok "$kind" export --as p-001 --format jsonl -o "$dir/second"
        for file in "$dir/$kind.jsonl" "$dir/second"; do
            jq -c 'del(.created, .updated, .revision)' "$file" | sort >"$file.bare"
        done
        cmp -s "$dir/$kind.jsonl.bare" "$dir/second.bare" || fail "$kind: the second register differs"
    done
    [ "$from" != "$MERLON_DATA" ] || fail "the same register"
}

# An export without the columns that refer to what comes later.
cut_columns() {
    later='[]'
    case $1 in
    unit) later='["head","leader","contact"]' ;;
    person) later='["supplier"]' ;;
    esac
    ok "$1" template
    jq -r --argjson later "$later" --arg header "$(tr -d '\r\357\273\277' <"$dir/out")" -s '
        (($header | split(",")) - $later) as $names |
        ($names | join(",")), (.[] | . as $row | [$names[] | $row[.] // "" | tostring] | @csv)' \
        "$dir/$1.jsonl" >"$dir/bare.csv"
}

# One bad cell among very many: told with row and column, and nothing is written.
large() {
    rows=${IMPORT_ROWS:-50000}
    fresh
    start
    awk -v n="$rows" 'BEGIN { print "key,name,class,unit,responsible"
        for (i = 1; i <= n; i++) print "m" i ",machine " i "," (i == n - 7 ? "toaster" : "host_os") ",u,p" }' \
        >"$dir/large.csv"
    began=$(date +%s)
    called="merlon asset import large.csv"
    code=0
    timeout 900 "$MERLON" asset import "$dir/large.csv" --format json >"$dir/out" 2>"$dir/err" || code=$?
    echo "$store: $rows rows with one bad cell: $(($(date +%s) - began)) s"
    exit_is 1
    json '.[0].row' $((rows - 7 + 1))
    json '.[0].column' '"C (class)"'
    err_has "1 errors in $rows rows: nothing was imported"
    count_is 0 asset count
    ok asset add m1 name=after class=host_os unit=u responsible=p
    rm "$dir/large.csv"
}

scene() {
    start
    errors
    updates
    templates
    encodings
    formulas
    round_trip zh
    large
}

need jq
need iconv
need bsdtar
on_both_stores scene

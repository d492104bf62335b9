#!/bin/sh
# What a list shows, what the count says and what the export holds are the same set, for every actor, every
# filter and both stores; pages by cursor give the whole; a search finds Chinese and Vietnamese.
. "$(dirname "$0")/lib.sh"

keys() { # keys of a jsonl file, in order
    jq -r .key "$1"
}

csv_keys() { # the first column behind the header; keys have no commas
    tail -n +2 "$1" | cut -d, -f1
}

# ask NAME KIND WORDS...: list = count = export = both pages together, and keeps the keys for the other store.
ask() {
    name=$1
    kind=$2
    shift 2
    run "$kind" list --format jsonl "$@"
    exit_is 0
    keys "$dir/out" >"$dir/keys"
    cp "$dir/keys" "$dir/$store.$name"
    run "$kind" count "$@"
    exit_is 0
    [ "$(cat "$dir/out")" = "$(wc -l <"$dir/keys")" ] || fail "list and count differ: $name"
    run "$kind" export --format csv "$@"
    exit_is 0
    csv_keys "$dir/out" | cmp -s - "$dir/keys" || fail "list and export differ: $name"
}

filters() {
    i=0
    for actor in "" p-001 p-002 p-030; do
        while read -r kind words; do
            i=$((i + 1))
            # shellcheck disable=SC2086
            ask "$i" $kind $words ${actor:+--as $actor}
        done <<'WORDS'
asset --filter class=dbms|host_os --sort -grade
asset --filter grade>=3 --filter status!=ended --sort name
asset --filter software= --search database --sort end_of_support
asset --filter addresses=10.0.0.190
asset --filter systems=sys-002 --sort -key
asset --filter acquired<2021-01-01 --filter location~room --sort -acquired
asset --filter retired=yes
asset --retired --filter end_of_support!= --sort -end_of_support
system --sort -grade
system --filter secrecy!=none
system --filter scopes=cloud|ics --sort users
person --filter key_post=yes --sort clearance
WORDS
    done
}

# Pages, forwards and backwards, by a field with equal and empty values: together the whole, none twice.
pages() {
    for sort in key -key grade -grade end_of_support -end_of_support; do
        run asset list --format jsonl --sort "$sort" --as p-001
        keys "$dir/out" >"$dir/whole"
        : >"$dir/pages"
        after=
        for _ in 1 2 3 4 5 6 7; do
            run asset list --format jsonl --sort "$sort" --as p-001 --limit 97 ${after:+--after "$after"}
            exit_is 0
            keys "$dir/out" >>"$dir/pages"
            after=$(sed -n "s/.*--after '\(.*\)'$/\1/p" "$dir/err")
            [ -n "$after" ] || break
        done
        cmp -s "$dir/whole" "$dir/pages" || fail "pages by $sort are not the whole"
    done
    run asset list --after nonsense
    exit_is 2
    err_has "no cursor"
    run asset list --sort colour
    exit_is 2
    err_has "it has: key, name"
    run asset list --filter 'colour=red'
    exit_is 2
    err_has "it has: key, retired, updated, name"
    run asset list --filter name
    exit_is 2
    run asset list --filter 'name<x'
    exit_is 2
    run asset list --filter 'grade=high'
    exit_is 2
    run asset list --filter 'class=toaster'
    exit_is 2
}

found() { # WORDS KEYS: what a search finds
    run asset list --search "$1" --format jsonl
    exit_is 0
    said=$(jq -r .key "$dir/out" | sort | tr '\n' ' ')
    [ "$said" = "$2" ] || fail "'$1' finds '$said', expected '$2'"
}

add_asset() {
    run asset add "$1" class=website unit=u responsible=p "$2" "$3"
    exit_is 0
}

searches() {
    run unit add u name=U && run person add p name=P
    add_asset zh1 'name=省交通运输厅门户网站' note=
    add_asset zh2 'name=港口调度数据库' note=备用
    add_asset vi1 'name=Cổng dịch vụ công Đường bộ' note=
    add_asset vi2 'name=Cơ sở dữ liệu Đăng kiểm' note=
    add_asset en1 'name=Road gate 100%_!' 'addresses=10.9.8.7; 2001:db8::1'
    found 交通 'zh1 '
    found 门户 'zh1 '
    found 数据库 'zh2 '
    found 备用 'zh2 '
    found 通交 ''
    found '港口 数据' 'zh2 '
    found 'duong bo' 'vi1 '
    found 'ĐƯỜNG' 'vi1 '
    found 'Co so du lieu' 'vi2 '
    found 'dang kiem' 'vi2 '
    found ROAD 'en1 '
    found 10.9.8.7 'en1 '
    found zh2 'zh2 '
    run asset count --filter 'name~100%_!'
    [ "$(cat "$dir/out")" = 1 ] || fail "signs of LIKE are not taken as they are"
    run asset count --filter 'name~%'
    [ "$(cat "$dir/out")" = 1 ] || fail "% is taken for a pattern"
    run asset list --search '"'
    exit_is 2
    run asset count --search "' OR 1=1 --"
    exit_is 0
    run asset count --filter "name=' OR 1=1 --"
    [ "$(cat "$dir/out")" = 0 ] || fail "SQL was taken"
}

demo() {
    for lang in zh vi en; do
        fresh
        run demo --lang "$lang"
        exit_is 0
        for kind in unit system asset person supplier access product agency; do
            run "$kind" count --as p-001
            printf '%s ' "$(cat "$dir/out")"
        done >"$dir/counts"
        grep -q '^12 40 600 ' "$dir/counts" || fail "counts of the demo in $lang: $(cat "$dir/counts")"
        cp "$dir/counts" "$dir/counts.$lang"
        run system list --filter 'grade=5' --as p-001
        run system list --sort grade --format jsonl --as p-001
        [ "$(jq -s -c 'map(.grade) | unique' "$dir/out")" = "[1,2,3,4,5]" ] || fail "not all grades"
        run demo --lang "$lang"
        exit_is 2
    done
    cmp -s "$dir/counts.zh" "$dir/counts.vi" && cmp -s "$dir/counts.zh" "$dir/counts.en" ||
        fail "the languages' demos differ in size"
}

scene() {
    demo
    filters
    pages
    terminal
    fresh
    searches
    fresh
    run demo --scale 3
    exit_is 0
    run asset count --as p-001
    [ "$(cat "$dir/out")" = 1800 ] || fail "three times as many assets: $(cat "$dir/out")"
    run demo --scale 1001
    exit_is 2
}

# On a terminal a row is a line: wide columns are cut, the key and the file's or pipe's table never.
terminal() {
    script -qec true /dev/null >/dev/null 2>&1 </dev/null || return 0
    TERM=xterm script -qec "stty cols 100; '$MERLON' asset list --limit 20 --lang zh" /dev/null \
        >"$dir/out" 2>/dev/null </dev/null
    out_has as-00001
    out_has …
    [ "$(grep -c as- "$dir/out")" -ge 20 ] || fail "not a line a row"
    run asset list --limit 20
    out_lacks …
}

need jq
on_both_stores scene
for file in "$dir"/sqlite.*; do
    other=$dir/postgres.${file##*.}
    cmp -s "$file" "$other" || fail "question ${file##*.}: the stores give other rows or another order"
done

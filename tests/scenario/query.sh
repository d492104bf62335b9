#!/bin/sh
# A person's own question: formats, limits, and what is refused.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"
ask() {
    run query --root "$root" "$@"
}

ask "SELECT name, uid FROM account ORDER BY uid"
exit_is 0
clean
out_lines 4
out_has "daemon"
ask --format csv "SELECT name, uid, NULL AS void, 'a,\"b' AS quoted FROM account WHERE uid = 0"
out_has 'name,uid,void,quoted'
out_has 'root,0,,"a,""b"'
ask --format json "SELECT name, uid, NULL AS void FROM account WHERE uid = 0"
json . '[{"name":"root","uid":0,"void":null}]'
ask --format jsonl --limit 2 "SELECT name FROM account"
out_lines 2
ask --format jsonl "SELECT 1 AS a, 2 AS a"
json '.a, .a_2' '1
2'
ask --format jsonl "SELECT name FROM account WHERE 0"
exit_is 0
out_lines 0
ask --path '/etc/*' --format jsonl "SELECT path, mode FROM file WHERE path = '/etc/shadow'"
exit_is 0
json .mode 416

ask --format jsonl "WITH a AS (SELECT uid FROM account) SELECT count(*) AS n FROM a"
exit_is 0
json .n 3

# What may not run is refused with one sentence: writing, attaching, pragmas, clocks, chance, files.
for sql in "DELETE FROM account" "INSERT INTO account(name) VALUES ('x')" "DROP TABLE account" \
    "CREATE TABLE t(x)" "ATTACH 'x.db' AS x" "PRAGMA journal_mode" "VACUUM INTO 'x'" \
    "SELECT random()" "SELECT date('now')" "SELECT datetime('now')" "SELECT readfile('/etc/shadow')" \
    "SELECT load_extension('x')" "SELECT 1; SELECT 2" "SELECT" "" "BEGIN" \
    "SELECT * FROM no_such_table" "UPDATE account SET uid = 0"; do
    ask "$sql"
    exit_is 2
    out_lines 0
done

# Endless, and hungry.
ask "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT sum(x) FROM c"
exit_is 2
err_has "too many steps"
out_lines 0
ask "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(a.x) FROM c a, c b"
exit_is 2
ask "WITH RECURSIVE c(x) AS (SELECT 'aaaaaaaaaaaaaaaa' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c"
exit_is 2
out_lines 0
ask "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x || substr(hex(hex(hex(hex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')))), 1) AS y FROM c ORDER BY y"
exit_is 2
out_lines 0
ask "WITH RECURSIVE long(t) AS (SELECT 'a' UNION ALL SELECT t || t FROM long WHERE length(t) < 65536), c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x || (SELECT max(t) FROM long) FROM c"
exit_is 2
err_has "larger than 64 MiB"
out_lines 0
# --limit shortens the answer, not the question.
ask --limit 3 "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
exit_is 2
out_lines 0

# A source that is not text: the answer is marked as not whole.
printf 'a\0b:x:7:7::/:/bin/sh\n' >>"$root/etc/passwd"
ask --format jsonl "SELECT name FROM account WHERE uid = 0"
exit_is 3
err_has "not read whole: /etc/passwd"
out_has root

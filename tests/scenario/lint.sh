#!/bin/sh
# check lint: our own checks hold; a check that must not be is refused with a sentence.
. "$(dirname "$0")/lib.sh"

run check lint
exit_is 0
out_has "all hold"
clean

run check list
exit_is 0
[ "$(wc -l <"$dir/out")" -gt 40 ] || fail "fewer than 40 checks"
run check list --standard jtt1417-2022 --format csv
exit_is 0
out_has "JTT1417-L1-"
run check show account-uid0
exit_is 0
out_has "GB22239-L3-8.1.4.1-a"
out_has "SELECT"
run check show account-uid0 --format json
exit_is 0

# A good check of a person; the bad ones differ from it by one edit.
cat >"$dir/mine.yaml" <<'END'
id: mine
title: {en: Root exists, zh: 存在 root, vi: Có root}
rationale: {en: It must., zh: 必须存在。, vi: Phải có.}
class: host_os
clauses:
  gbt22239-2019: [general.ia_id]
sql: |
  SELECT name AS subject, name = 'root' AS ok, uid, src, line FROM account WHERE uid = 0
absent:
  verdict: fail
  reason: {en: no account has number 0, zh: 没有 0 号账户, vi: không có tài khoản số 0}
expected: {en: root has number 0, zh: root 的编号为 0, vi: root có số 0}
fix:
  text: {en: Rename it., zh: 改名。, vi: Đổi tên.}
  shell: "usermod -l root NAME\n"
fixtures:
  - kind: pass
    name: root
    files: {/etc/passwd: "root:x:0:0::/root:/bin/sh\n"}
  - kind: fail
    name: toor
    files: {/etc/passwd: "toor:x:0:0::/root:/bin/sh\n"}
  - kind: absent
    name: nobody
    files: {/etc/passwd: "lan:x:1000:0::/root:/bin/sh\n"}
  - kind: unreadable
    name: denied
    files: {/etc/passwd: {status: denied}}
END
run check lint "$dir/mine.yaml"
exit_is 0
out_has "4 fixtures"

# refused WORD SED-SCRIPT: the edit makes the check bad; the sentence names the file and has WORD.
refused() {
    sed "$2" "$dir/mine.yaml" >"$dir/bad.yaml"
    ! cmp -s "$dir/mine.yaml" "$dir/bad.yaml" || fail "the edit changes nothing: $2"
    run check lint "$dir/bad.yaml"
    exit_is 1
    err_has "bad.yaml"
    err_has "$1"
}
mv "$dir/mine.yaml" "$dir/bad.yaml" && sed 's/^id: mine/id: bad/' "$dir/bad.yaml" >"$dir/mine.yaml"
refused "" "s/SELECT name AS subject.*/DELETE FROM account/"
refused "" "s/FROM account WHERE/FROM accounts WHERE/"
refused "" "s/name = 'root' AS ok/random() AS ok/"
refused "" "s/general.ia_id/general.no_such_key/"
refused "" "s/, vi: Có root//"
refused "" "s/kind: unreadable/kind: pass/"
refused "toor" "s/name = 'root' AS ok/1 AS ok/"
refused "" "s/verdict: fail/verdict: maybe/"
refused "" "s/class: host_os/class: toaster/"
refused "" "s/^sql: |/sqll: |/"
refused "" "s/^title:/title: [/"
refused "" "s/  SELECT name AS subject.*/  WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS subject, 1 AS ok FROM c/"
refused "" "s/  SELECT name AS subject.*/  WITH RECURSIVE c(x) AS (SELECT 'aaaaaaaa' UNION ALL SELECT x || x FROM c) SELECT length(x) AS subject, 1 AS ok FROM c/"

run check lint "$dir/nowhere.yaml"
exit_is 5
head -c 10000 /dev/urandom >"$dir/noise.yaml"
run check lint "$dir/noise.yaml"
exit_is 1

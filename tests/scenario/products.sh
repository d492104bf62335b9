# Checks of products: one result for each instance that a target has, none of them disturbed by
# another; unknown where a product could not be looked for; one line where it is not there.
. "$(dirname "$0")/lib.sh"
need jq

root=$dir/root
make_root "$root"
check="check --root $root --no-walk --class dbms --class middleware --format json"

# ---- nothing is there ----
run $check
exit_is 3
json '[.results[] | select(.check != null) | .verdict] | unique' '["not_applicable"]'
json '[.results[] | select(.check == "db-tls-offered") | [.product, .instance, .reason]]' \
    '[[null,null,"Not on this target: MariaDB, MySQL, PostgreSQL."]]'
json '[.items[] | select(.checks | length > 0) | .verdict] | unique' '["manual"]'
run check --root "$root" --no-walk
out_has "Not on this target: MariaDB, MySQL, PostgreSQL, nginx"
out_lacks "pg-hba-trust"
run check --root "$root" --no-walk --all
out_has "pg-hba-trust"

# ---- two instances of one product, and another product of the class ----
mkdir -p "$root/etc/postgresql/15/main" "$root/etc/postgresql/15/second" "$root/usr/sbin" "$root/etc/nginx"
echo "ssl = on" >"$root/etc/postgresql/15/main/postgresql.conf"
echo "ssl = off" >"$root/etc/postgresql/15/second/postgresql.conf"
echo "local all all peer" >"$root/etc/postgresql/15/main/pg_hba.conf"
echo "local all all trust" >"$root/etc/postgresql/15/second/pg_hba.conf"
: >"$root/usr/sbin/mysqld"
run $check
exit_is 1
json '[.results[] | select(.check == "db-tls-offered") | [.product, .instance, .verdict]]' \
    '[["mysql","/usr/sbin/mysqld","pass"],["postgresql","15/main","pass"],["postgresql","15/second","fail"]]'
json '[.results[] | select(.check == "pg-hba-trust") | [.instance, .verdict]]' \
    '[["15/main","pass"],["15/second","fail"]]'
json '[.results[] | select(.check == "mysql-user") | .product]' '["mysql"]'
json '.items[] | select(.clause == "GB22239-L3-8.1.4.8-a") | .verdict' '"fail"'
cp "$dir/out" "$dir/before.json"

# What only the running server knows is told as that, in each language.
json '[.results[] | select(.check == "db-accounts" and .product == "mysql") | [.verdict, .observed[0].needs]]' \
    '[["unknown","live connection"]]'
for lang in en:live zh:实时连接 vi:"trực tiếp"; do
    run check --lang "${lang%%:*}" --root "$root" --check db-accounts
    exit_is 3
    out_has "${lang#*:}"
done

# ---- the same in every format ----
run check --root "$root" --check pg-hba-trust
out_has "PostgreSQL 15/main"
out_has "PostgreSQL 15/second"
run check --root "$root" --check pg-hba-trust --format csv
out_has '"dbms","postgresql","15/second"'
run check --root "$root" --check pg-hba-trust --format junit
out_has 'name="pg-hba-trust (PostgreSQL 15/second)"'
run check --root "$root" --check pg-hba-trust --format sarif
json '[.runs[0].tool.driver.rules | length, (.[0].id)]' '[1,"pg-hba-trust"]'
json '[.runs[0].results[] | [.ruleIndex, .properties.product, .properties.instance]]' \
    '[[0,"postgresql","15/main"],[0,"postgresql","15/second"]]'
json '[.runs[0].results[].partialFingerprints["merlon/v1"]] | unique | length' '2'
run check --root "$root" --check pg-hba-trust --format ocsf
[ "$(jq -r .finding_info.uid "$dir/out" | sort -u | wc -l)" = 2 ] || fail "the findings share a uid"
run check --root "$root" --check pg-hba-trust --format html
[ "$(grep -o 'id="check-pg-hba-trust[^"]*"' "$dir/out" | sort -u | wc -l)" = 2 ] || fail "the results share an anchor"

# ---- a change of one instance is that instance's ----
echo "local all all peer" >"$root/etc/postgresql/15/second/pg_hba.conf"
run $check
cp "$dir/out" "$dir/after.json"
run check diff "$dir/before.json" "$dir/after.json"
exit_is 0
out_has "pg-hba-trust (postgresql 15/second)"
out_lacks "15/main"

# ---- views hold the instance alone; a person may ask for all of them ----
run query --root "$root" --class dbms --format csv "SELECT :product AS product, :instance AS instance, value FROM tls_policy WHERE setting = 'offered'"
exit_is 0
out_lines 4
out_has "postgresql,15/second,0"
run query --root "$root" "SELECT :other"
exit_is 2
err_has ":instance"

# ---- a file of one instance that cannot be understood does not concern the other ----
echo "this is no setting = at all =" >>"$root/etc/postgresql/15/second/postgresql.conf"
run $check
json '[.results[] | select(.check == "pg-password-encryption") | [.instance, .verdict]]' \
    '[["15/main","pass"],["15/second","unknown"]]'

# ---- a bundle gives the same ----
run $check
cp "$dir/out" "$dir/direct.json"
run collect --root "$root" --no-walk -o "$dir/b.merlon"
exit_is 0
run check --bundle "$dir/b.merlon" --no-walk --class dbms --class middleware --format json
jq 'del(.target)' "$dir/out" >"$dir/a" && jq 'del(.target)' "$dir/direct.json" >"$dir/b"
cmp -s "$dir/a" "$dir/b" || fail "the bundle gives other verdicts"

# ---- whether a product is there cannot be told ----
if [ "$(id -u)" != 0 ]; then
    rm -rf "$root/etc/nginx"
    mkdir -p "$root/etc/nginx"
    chmod 000 "$root/etc/nginx"
    run check --root "$root" --check nginx-autoindex --format json
    exit_is 3
    json '[.results[0].product, .results[0].instance, .results[0].verdict]' '["nginx",null,"unknown"]'
fi
exit 0

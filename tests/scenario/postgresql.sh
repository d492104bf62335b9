# PostgreSQL as an oracle: what a real server makes of postgresql.conf, postgresql.auto.conf and
# pg_hba.conf is what the tables say. It runs as an account of its own, in a folder of the test, on a
# socket only.
. "$(dirname "$0")/lib.sh"

bin=
for b in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do
    [ -x "$b/postgres" ] && [ -x "$b/initdb" ] && bin=$b && break
done
[ -n "$bin" ] || skip "no PostgreSQL server is here"
need psql
version=$("$bin/postgres" -V | sed 's/.* \([0-9]*\)\..*/\1/')
if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || skip "no account postgres is here"
    as="runuser -u postgres --"
else
    as=
fi

root=$dir/root
conf=$root/etc/postgresql/$version/main
data=$dir/data
sock=$dir/s
mkdir -p "$conf/conf.d" "$sock"
$as true || skip "cannot become postgres"
chmod 777 "$dir" "$sock"
$as "$bin/initdb" -D "$data" -A trust -U postgres --no-sync >"$dir/initdb.log" 2>&1 || fail "initdb: $(tail -3 "$dir/initdb.log")"
trap '$as "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1; chmod -R u+rwx "$dir"; rm -rf "$dir"' EXIT

cat >"$conf/postgresql.conf" <<'E'
# comments, quotes, units, names in any case
listen_addresses = ''		# a socket only
PORT = 5499
max_connections 20
ssl = no
authentication_timeout = 2min
idle_session_timeout = '0.5h'
idle_in_transaction_session_timeout = 90s
statement_timeout = 0x10
log_connections = tr
log_disconnections = OF
log_statement = DDL
log_line_prefix = 'it''s %m \
log_file_mode = 0640
E
# a backslash in front of the line's end is an error; this one is an escape
sed -i "s/^log_line_prefix.*/log_line_prefix = 'it''s %m \\\\x \\\\101 # no comment'/" "$conf/postgresql.conf"
cat >>"$conf/postgresql.conf" <<'E'
password_encryption = MD5
unix_socket_permissions = 0770
include 'more.conf'
include_if_exists = 'nothing.conf'
include_dir 'conf.d'
row_security off
E
echo "ssl_min_protocol_version = 'tlsv1.3'
log_connections = off" >"$conf/more.conf"
echo "log_statement = mod" >"$conf/conf.d/20.conf"
echo "log_statement = all
password_encryption = scram-sha-256" >"$conf/conf.d/10.conf"
echo "log_statement = none" >"$conf/conf.d/.hidden.conf"
echo "log_statement = none" >"$conf/conf.d/other"
echo "local all all trust" >"$conf/pg_hba.conf"
: >"$conf/pg_ident.conf"
chmod -R a+rX "$root"

start() {
    $as "$bin/pg_ctl" -D "$data" -w -t 60 -l "$dir/server.log" \
        -o "-c config_file=$conf/postgresql.conf -c hba_file=$conf/pg_hba.conf -c ident_file=$conf/pg_ident.conf -c unix_socket_directories=$sock" \
        "$1" >/dev/null 2>&1
}
ask() {
    psql -h "$sock" -p 5499 -U postgres -d postgres -X -A -t -F '|' -c "$1"
}
start start || fail "the server does not start: $(tail -5 "$dir/server.log")"
ask "ALTER SYSTEM SET log_disconnections = on" >/dev/null || fail "ALTER SYSTEM"
ask "ALTER SYSTEM SET superuser_reserved_connections = 5" >/dev/null || fail "ALTER SYSTEM"
start restart || fail "the server does not start again: $(tail -5 "$dir/server.log")"
# Merlon finds the data directory beside postgresql.conf here, the server was told another.
cp "$data/postgresql.auto.conf" "$conf/postgresql.auto.conf"

# ---- the settings that hold, built-in defaults too ----
run query --root "$root" --format csv "SELECT name,
  CASE WHEN name IN ('log_file_mode', 'unix_socket_permissions') THEN octal(number)
       WHEN value IN ('on', 'off') THEN value
       ELSE coalesce(CAST(number AS TEXT), value) END AS value
  FROM postgresql_setting WHERE effective = 1 AND valid = 1 ORDER BY name"
exit_is 0
sed 1d "$dir/out" | sort >"$dir/ours"
names=$(cut -d, -f1 "$dir/ours" | sed "s/.*/'&'/" | paste -sd,)
ask "COPY (SELECT name, CASE WHEN name = 'listen_addresses' THEN current_setting(name) ELSE setting END
       FROM pg_settings WHERE name IN ($names) ORDER BY name) TO STDOUT (FORMAT csv)" |
    sed 's/,""$/,/' | sort >"$dir/theirs"
sed -i 's/,""$/,/' "$dir/ours"
diff "$dir/ours" "$dir/theirs" || fail "the settings differ (< ours, > the server's)"
[ "$(wc -l <"$dir/ours")" -ge 30 ] || fail "only $(wc -l <"$dir/ours") settings were compared"

# ---- every line, in its file, and which of them count ----
run query --root "$root" --format csv "SELECT replace(src, '/etc/postgresql/$version/main/', '') AS file, line,
  name, effective FROM postgresql_setting WHERE explicit = 1 ORDER BY 1, 2"
exit_is 0
sed 1d "$dir/out" | sort >"$dir/ours"
ask "COPY (SELECT regexp_replace(sourcefile, '^.*/(main|data)/', ''), sourceline, lower(name),
       (seqno = max(seqno) OVER (PARTITION BY lower(name)))::int
       FROM pg_file_settings) TO STDOUT (FORMAT csv)" | sort >"$dir/theirs"
diff "$dir/ours" "$dir/theirs" || fail "the lines differ (< ours, > the server's)"

# ---- lines that the server refuses: -C reads the file and ends ----
n=0
while IFS= read -r line; do
    n=$((n + 1))
    printf 'port = 5499\n%s\n' "$line" >"$conf/postgresql.conf"
    theirs=0
    $as "$bin/postgres" -D "$data" -c config_file="$conf/postgresql.conf" -C port >"$dir/said" 2>&1 || theirs=1
    run query --root "$root" "SELECT 'bad' AS x FROM postgresql_setting WHERE valid = 0"
    ours=0
    if [ "$code" != 0 ] || grep -q '^bad' "$dir/out"; then ours=1; fi
    [ "$ours" = "$theirs" ] || fail "line '$line': we say $ours, the server $theirs: $(head -2 "$dir/said")"
done <<'E'
ssl = on off
ssl = 'on' # fine
ssl = 'on
ssl
= on
log_statement = every
log_connections = o
idle_session_timeout = 5 min
idle_session_timeout = '5 min'
idle_session_timeout = 5min
idle_session_timeout = 5years
idle_session_timeout = 1.5h
idle_session_timeout = '1.5h'
idle_session_timeout = -5x
work_mem = 4MB
custom.name = 'anything'
9name = 1
search_path = "$user"
log_line_prefix = %m
log_line_prefix = 'a''b'
log_line_prefix = 'a\'b'
include 'nothing.conf'
include_if_exists 'nothing.conf'
include_dir 'nothing.d'
include ''
include 'postgresql.conf'
log_min_messages = info;
ssl_min_protocol_version = TLSv1.4
E
[ "$n" = 28 ] || fail "$n lines were tried"

# ---- pg_hba.conf: the server shows how it understands each record ----
# (It remarks on records that cannot match while TLS is off, but takes them.)
printf 'port = 5499\n' >"$conf/postgresql.conf"
cat >"$conf/pg_hba.conf" <<'E'
# TYPE  DATABASE  USER  ADDRESS  METHOD
local all all peer
local	all	"all",+staff,bob	ident map=x
host all all 127.0.0.1/32 scram-sha-256
host "a b",c  all 10.1.0.0 255.255.0.0 md5 # with a mask
host all all ::1/128 trust
host all all fe80::/10 cert
hostssl all all samenet cert clientcert=verify-full
hostnossl replication all all reject
hostgssenc all all 0.0.0.0/0 gss include_realm=0 krb_realm=X
host all all db.example.org password
host all all .example.org ldap ldapserver=l ldapprefix="cn=" ldapsuffix=", dc=x"
host all all 10.0.0.0/33 md5
host all all 10.0.0.0 md5
host all all 10.0.0.0/8
host all all 10.0.0.0/8 nothing
local all all gss
host all all 10.0.0.0/8 peer
hots all all 10.0.0.0/8 md5
local all
host all all 10.0.0.0/8 scram-sha-256 map
host all \
  all 10.9.0.0/16 scram-sha-256
host @names all 10.8.0.0/16 trust
E
printf 'one, two\n# comment\nthree\n' >"$conf/names"
ask "COPY (SELECT line_number, coalesce(type, ''), array_to_string(database, ','),
       array_to_string(user_name, ','), coalesce(address, ''),
       coalesce(masklen(CASE WHEN family(netmask::inet) = 4 THEN ('0.0.0.0/' ||
         length(replace((netmask::inet - '0.0.0.0'::inet)::bit(32)::text, '0', '')))::inet END)::text, ''),
       auth_method FROM pg_hba_file_rules WHERE error IS NULL OR error LIKE '%cannot match%' ORDER BY 1) TO STDOUT (FORMAT csv)" |
    sed 's/""//g' >"$dir/theirs" || fail "pg_hba_file_rules"
run query --root "$root" --format csv "SELECT line, type, replace(\"database\", '\"', '') AS d, replace(user, '\"', '') AS u,
  address, iif(address LIKE '%:%', NULL, prefix) AS p, method FROM postgresql_hba WHERE valid = 1 ORDER BY line"
exit_is 0
sed 1d "$dir/out" >"$dir/ours"
diff "$dir/ours" "$dir/theirs" || fail "the records differ (< ours, > the server's)"
ask "SELECT line_number FROM pg_hba_file_rules WHERE error NOT LIKE '%cannot match%' ORDER BY 1" >"$dir/theirs"
run query --root "$root" --format csv "SELECT line FROM postgresql_hba WHERE valid = 0 ORDER BY line"
sed 1d "$dir/out" >"$dir/ours"
diff "$dir/ours" "$dir/theirs" || fail "the refused records differ (< ours, > the server's)"
[ "$(wc -l <"$dir/ours")" = 10 ] || fail "$(wc -l <"$dir/ours") records are refused"

# my_print_defaults of MariaDB as an oracle: the options it gives the server, in their order, are
# those of the table mysql_setting.
. "$(dirname "$0")/lib.sh"
need my_print_defaults
my_print_defaults --version 2>&1 | grep -qi mariadb || my_print_defaults --help 2>&1 | grep -q mariadbd || skip "my_print_defaults of MariaDB is not here"
release=$(mariadbd --version 2>/dev/null | sed 's/.*Ver \([0-9]*\.[0-9]*\).*/\1/')
[ -n "$release" ] || skip "mariadbd is not here"

# Paths in option files are absolute: the files lie at the same path in the root and outside of it.
root=$dir/root
place=$dir/inc
mkdir -p "$root/etc" "$root/usr/sbin" "$root/var/lib/mysql" "$place/conf.d"
: >"$root/usr/sbin/mariadbd"
echo "$release.1-MariaDB" >"$root/var/lib/mysql/mariadb_upgrade_info"

# Our rows as my_print_defaults writes options; names in one form on both sides.
ours() {
    rm -rf "$root$place"
    mkdir -p "$root$(dirname "$place")"
    cp -r "$place" "$root$place"
    cp "$place/my.cnf" "$root/etc/my.cnf"
    run query --root "$root" --format csv "SELECT name || iif(value IS NULL, '', '=' || value) AS option
      FROM mysql_setting WHERE explicit = 1 ORDER BY name, value"
    [ "$code" = 0 ] || return 1
    sed -e 1d -e 's/^"\(.*\)"$/\1/' -e 's/""/"/g' "$dir/out" | sort >"$dir/ours"
}
# The names as the server takes them: '_' for '-', without loose, skip and enable.
theirs() {
    my_print_defaults --defaults-file="$place/my.cnf" --mariadbd >"$dir/said" 2>"$dir/complaint" || return 1
    sed -e 's/^--//' "$dir/said" | awk -F= 'BEGIN { OFS = "=" } {
        name = $1; rest = substr($0, length($1) + 1)
        gsub("-", "_", name); name = tolower(name); sub("^loose_", "", name)
        if (name ~ /^skip_/ && name !~ /^skip_(name_resolve|grant_tables|networking|show_database)/) {
            sub("^skip_", "", name); rest = "=0" }
        if (name ~ /^enable_/) { sub("^enable_", "", name); rest = "=1" }
        print name rest }' | sort >"$dir/theirs"
}

cat >"$place/my.cnf" <<E
# a comment
; another one
[client]
password = secret
[mysqld]
bind-address = 127.0.0.1   # where
port=3307
skip-name-resolve
skip-symbolic-links
loose-new_thing = 1
enable-foo
local_infile
init-connect = "SET NAMES utf8 # no comment"
sql_mode='A,B'
tmpdir = /a\\\\b\\tc\\qd
  max_connections   =   10M
empty =
quoted = "half
[mysqld_safe]
nice = 5
!include $place/more.cnf
[server]
general_log
!includedir $place/conf.d
[mariadb-$release]
wait_timeout = 60
[mariadb-9.9]
wait_timeout = 61
[mysqld-$release]
interactive_timeout = 62
[galera]
wsrep_on = OFF
[client-server]
socket = /run/s
[mariadbd]
user = mysql
[embedded]
nothing = 1
E
echo "[mariadb]
tls_version = TLSv1.2
[client]
x = 1" >"$place/more.cnf"
echo "[mysqld]
bind_address = 10.0.0.1" >"$place/conf.d/b.cnf"
echo "[mysqld]
bind_address = 10.0.0.2
!include $place/nothing.cnf
late = 1" >"$place/conf.d/a.cnf"
echo "[mysqld]
hidden = 1" >"$place/conf.d/a.ini"
ours || fail "the options are not read whole"
theirs || fail "my_print_defaults: $(cat "$dir/complaint")"
diff "$dir/ours" "$dir/theirs" || fail "the options differ (< ours, > my_print_defaults)"
[ "$(wc -l <"$dir/ours")" -ge 20 ] || fail "only $(wc -l <"$dir/ours") options"

# The last one in the order of reading decides.
run query --root "$root" --format csv "SELECT value, conflict FROM mysql_setting WHERE name = 'bind_address' AND effective = 1"
out_has '10.0.0.1,1'

# ---- files that are refused ----
n=0
while IFS= read -r text; do
    n=$((n + 1))
    printf '%b\n' "$text" | sed "s#@#$place#g" >"$place/my.cnf"
    theirs=0
    my_print_defaults --defaults-file="$place/my.cnf" --mariadbd >"$dir/said" 2>&1 || theirs=1
    ours && mine=0 || mine=1
    [ "$mine" = "$theirs" ] || fail "$text: we say $mine, my_print_defaults $theirs: $(head -3 "$dir/said")"
done <<'E'
[mysqld]\nport=1
port=1
[mysqld\nport=1
[mysqld]\n!includedir @/nothing.d
[mysqld]\n!include @/nothing.cnf
[mysqld] trailing\nport=1
!somethingelse x\n[mysqld]\nport=1
[mysqld]\n!includedir @/conf.d\nport=2
E
[ "$n" = 8 ] || fail "$n files were tried"

# ---- secrets do not get into a bundle ----
printf '[client]\npassword = "hunter2"\n[mysqld]\nssl-passphrase=hunter2\nvalidate_password=FORCE\nwsrep_sst_auth = a:hunter2\n' >"$place/my.cnf"
ours || fail "secrets"
run collect --root "$root" --class dbms --no-walk -o "$dir/b.merlon"
exit_is 0
zstd -dc "$dir/b.merlon" 2>/dev/null | grep -q hunter2 && fail "a secret is in the bundle"
grep -q '^validate_password=FORCE$' "$dir/ours" || fail "the name of a plugin is no secret"
exit 0

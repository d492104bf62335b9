# nginx as an oracle: which files it takes and which it refuses (-t), what it includes (-T), and what
# a running one answers where directives are inherited.
. "$(dirname "$0")/lib.sh"
need nginx
need curl

root=$dir/root
conf=$root/etc/nginx
mkdir -p "$conf/sites" "$dir/www/x" "$dir/www/list" "$dir/tmp"
chmod 777 "$dir/tmp"

accepts() {
    nginx -t -c "$conf/nginx.conf" -g "pid $dir/tmp/pid; error_log stderr;" >"$dir/said" 2>&1
}
# What every configuration needs to be tried by an ordinary user, too.
paths="access_log off; client_body_temp_path $dir/tmp/a; proxy_temp_path $dir/tmp/b; fastcgi_temp_path $dir/tmp/c; uwsgi_temp_path $dir/tmp/d; scgi_temp_path $dir/tmp/e;"

# ---- what is refused ----
n=0
while IFS= read -r text; do
    n=$((n + 1))
    printf "%b\n" "$text" | sed "s#@#$paths#" >"$conf/nginx.conf"
    theirs=0
    accepts || theirs=1
    run query --root "$root" --format csv "SELECT 'bad' AS x FROM nginx_effective WHERE valid = 0"
    ours=0
    if [ "$code" != 0 ] || grep -q bad "$dir/out"; then ours=1; fi
    [ "$ours" = "$theirs" ] || fail "$text: we say $ours, nginx $theirs: $(head -2 "$dir/said")"
done <<'E'
events {} http { @ server { listen 8099; } }
events {} http { @ server { listen 8099; server_name "a b" 'c"d' e\\ f; } }
events {} http { @ server { listen 8099; } 
events {} http { @ server { listen 8099; } } }
events {} http { @ server { listen 8099 } }
events {} http { @ ; }
events {} { }
events {} http { @ server { listen 8099; server_name "a; } }
events {} http { @ server { listen 8099; server_name "a"b; } }
events {} http { @ # comment } ; {\n server { listen 8099; } }
events {} http { @ server { listen 8099; return 200 "a#b;{}"; } }
events {} http { @ server { listen 8099; return 200 a#b; } }
events {} http { @ map $uri $x { default "a;b"; "~^/(?<y>[a-z]{2})" $y; } server { listen 8099; } }
events {} http { @ server { listen 8099; location ~ "^/[0-9]{3}$" { return 204; } } }
events {} http { @ server { listen 8099; set $a "x"; return 200 "${a}b"; return 200 ${a}b; } }
events {} http { @ include nothing.conf; }
events {} http { @ include nothing/*.conf; }
events {} http { @ include nginx.conf; }
events {} http { @ include; }
events {} http { @ server { listen 8099; autoindex on; autoindex off; } }
events {} http { @ server { listen 8099; autoindex maybe; } }
events {} http { @ server { listen 8099; send_timeout 1m30s; keepalive_timeout 5 3; } }
events {} http { @ server { listen 8099; send_timeout soon; } }
events {} http { @ server { listen 8099; client_max_body_size 10m; } }
events {} http { @ server { listen 8099; client_max_body_size 10x; } }
events {} http { @ server { listen 8099; add_header A b; add_header A c; } }
events {} http { @ server { listen 127.0.0.1:8098; } server { listen *:8099; } }
E
[ "$n" = 27 ] || fail "$n configurations were tried"

# ---- what is included: relative to the folder of nginx.conf, patterns in the order of names ----
cat >"$conf/nginx.conf" <<E
events {}
http { $paths include sites/*.conf; include $root/abs.conf; include mime.types; }
E
echo 'types { text/plain txt; }' >"$conf/mime.types"
echo 'server { listen 8099; include sites/inner; }' >"$conf/sites/b.conf"
echo 'server { listen 8098; }' >"$conf/sites/a.conf"
echo 'server { listen 8097; }' >"$conf/sites/.c.conf"
echo 'server_name inner;' >"$conf/sites/inner"
mkdir -p "$root$root"
echo 'server { listen 8096; }' >"$root/abs.conf"
cp "$root/abs.conf" "$root$root/abs.conf"
nginx -T -c "$conf/nginx.conf" -g "pid $dir/tmp/pid; error_log stderr;" 2>/dev/null |
    sed -n "s/^# configuration file \(.*\):\$/\1/p" | sed "s#^$conf#/etc/nginx#" | sort >"$dir/theirs"
run query --root "$root" --format csv "SELECT DISTINCT src FROM nginx_directive UNION SELECT src FROM nginx_block"
exit_is 0
sed 1d "$dir/out" | sort -u >"$dir/ours"
diff "$dir/ours" "$dir/theirs" || fail "the files differ (< ours, > nginx -T)"
[ "$(wc -l <"$dir/ours")" = 6 ] || fail "$(wc -l <"$dir/ours") files"

# ---- what holds: a running nginx is asked for its headers ----
rm -rf "$conf/sites"
cat >"$conf/nginx.conf" <<E
$([ "$(id -u)" = 0 ] && echo "user nobody nogroup;")
pid $dir/tmp/pid;
error_log $dir/tmp/log;
events {}
http {
    $paths
    server_tokens off;
    add_header X-One 1 always;
    add_header X-Two 2 always;
    server {
        listen unix:$dir/tmp/sock;
        root $dir/www;
        location / { }
        location /x { add_header X-Three 3 always; }
        location /y { server_tokens on; location /y/z { add_header X-Four 4 always; } }
        location /list/ { autoindex on; location /list/no/ { autoindex off; } }
    }
}
E
mkdir -p "$dir/www/list/no" "$dir/www/y/z"
chmod -R a+rX "$dir/www"
chmod 777 "$dir/tmp"
nginx -c "$conf/nginx.conf" >"$dir/said" 2>&1 || fail "nginx does not start: $(cat "$dir/said")"
trap 'kill "$(cat "$dir/tmp/pid")" 2>/dev/null; sleep 0.2; rm -rf "$dir"' EXIT

# The headers of an answer as lines of our table: which X- headers, whether the release is told.
while read -r url location; do
    curl -s -i --unix-socket "$dir/tmp/sock" "http://h$url" >"$dir/answer" || fail "curl $url"
    {
        grep -i '^x-' "$dir/answer" | tr -d '\r' | sed 's/: / /'
        grep -qi '^server: nginx/' "$dir/answer" && echo 'tokens on' || echo 'tokens off'
        grep -q 'Index of' "$dir/answer" && echo 'index on' || echo 'index off'
    } | sort >"$dir/theirs"
    run query --root "$root" --format csv "SELECT CASE e.name WHEN 'add_header' THEN replace(e.value, ' always', '')
        WHEN 'server_tokens' THEN 'tokens ' || e.value ELSE 'index ' || e.value END AS said
      FROM nginx_effective AS e JOIN nginx_block AS l ON l.block = e.block
     WHERE l.kind = 'location' AND l.name = '$location' AND e.name IN ('add_header', 'server_tokens', 'autoindex')"
    exit_is 0
    sed 1d "$dir/out" | sort >"$dir/ours"
    diff "$dir/ours" "$dir/theirs" || fail "$url differs (< ours, > nginx)"
done <<'E'
/nothing /
/x/nothing /x
/y/nothing /y
/y/z/nothing /y/z
/list/ /list/
/list/no/ /list/no/
E

# ---- Lua code is another language: not read, and said so ----
printf 'events {}\nhttp { server { location / { content_by_lua_block { ngx.say("}") } } } }\n' >"$conf/nginx.conf"
run query --root "$root" "SELECT * FROM nginx_directive"
exit_is 3
err_has "nginx.conf"
err_has "Lua"
exit 0

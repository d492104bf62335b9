#!/bin/sh
# A site's profile: values, exclusions with their expiry, checks of its own.
. "$(dirname "$0")/lib.sh"
need jq

root=$dir/root
make_root "$root"
mkdir -p "$root/usr/sbin" && : >"$root/usr/sbin/sshd"
printf 'PermitRootLogin yes\n' >"$root/etc/ssh/sshd_config"
printf 'PASS_MAX_DAYS 9999\nPASS_MIN_DAYS 1\n' >"$root/etc/login.defs"
site=$dir/site.yaml
of() { run check --root "$root" --no-walk --profile "$site" "$@"; }
verdict() { of --check "$1" --format json; json '.results[0].verdict' "\"$2\""; }

# ---- values: the profile's, below the command line's, above the standard's
cat >"$site" <<'END'
profile: line-two
standard: jtt1417-2022
parameters:
  max_days: 365
  login-failure-attempts.max_attempts: 4
END
of --check password-max-days-default --param max_days=90 --format json
json '[.standard, .level, .profile.name]' '["jtt1417-2022",1,"line-two"]'
json '[.results[0].verdict, .results[0].parameters.max_days]' '["fail",90]'
of --check password-max-days-default --format json
json '.results[0].parameters.max_days' 365
of --standard gbt22239-2019 --check login-failure-attempts --format json
json '[.standard, .level, .results[0].parameters.max_attempts]' '["gbt22239-2019",3,4]'
run check profile "$site"
exit_is 0
clean
out_has 'login-failure-attempts'
run check profile "$site" --format json
json '.parameters[] | select(.check == "login-failure-attempts") | [.default, .value]' '["5","4"]'

# ---- exclusions: in force, expired, by subject
cat >"$site" <<'END'
profile: line-two
exclude:
  - check: ssh-root-login
    reason: replaced in May, ticket <17>
    by: Lan
    expires: 2999-12-31
  - check: password-max-days-default
    reason: old terminals
    expires: 2020-01-31
END
verdict ssh-root-login waived
exit_is 0
err_has 'password-max-days-default expired on 2020-01-31 and does not apply: old terminals'
json '.results[0].reason' '"Waived by Lan until 2999-12-31: replaced in May, ticket <17>"'
json '.results[0].waivers[0].by' '"Lan"'
json '.profile.expired[0].check' '"password-max-days-default"'
verdict password-max-days-default fail
exit_is 1
of
err_has 'expired on 2020-01-31'
out_has 'Profile line-two'
out_has 'Exclusions that expired and do not apply (1):'
out_has 'Waived by Lan until 2999-12-31'
for format in html csv junit sarif ocsf; do
    of --format $format
    out_has 'Waived by Lan until 2999-12-31: replaced in May'
    out_has 'expired on 2020-01-31'
    [ $format != html ] || out_lacks '<17>'
done
of --format sarif
json '[.runs[0].results[] | select(.ruleId == "ssh-root-login") | .suppressions[0].status] | unique' \
    '["accepted"]'
of --check ssh-root-login --lang zh
out_has '由 Lan 豁免至 2999-12-31'

# One subject of several: the others still fail.
printf 'a::0:0::/:/bin/sh\nb::0:0::/:/bin/sh\n' >>"$root/etc/passwd"
echo 'profile: p
exclude: [{check: account-uid0, subject: "a*", reason: emergency, expires: 2999-01-01}]' >"$site"
verdict account-uid0 fail
json '.results[0].reason | test("1 more are waived")' true
json '[.results[0].observed[] | select(.waived_until) | .subject]' '["a"]'
sed -i 's/subject: "a\*"/subject: "[ab]"/' "$site"
verdict account-uid0 waived

# Nothing unread becomes better: an exclusion of everything leaves an unknown unknown.
mkdir "$root/etc/ssh/sshd_config.d"
printf '\0\n' >"$root/etc/ssh/sshd_config.d/odd.conf"
printf 'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n' >"$root/etc/ssh/sshd_config"
printf 'profile: p\nexclude: [{check: ssh-root-login, reason: r, expires: 2999-01-01}]\n' >"$site"
verdict ssh-root-login unknown
exit_is 3
rm "$root/etc/ssh/sshd_config.d/odd.conf"
verdict ssh-root-login waived

# A bundle is judged by the day it was collected; the last day counts whole.
run collect --root "$root" --no-walk --profile "$site" -o "$dir/b"
exit_is 0
printf 'profile: p\nexclude: [{check: ssh-root-login, reason: r, expires: %s}]\n' \
    "$(date -u +%Y-%m-%d)" >"$site"
run check --bundle "$dir/b" --no-walk --profile "$site" --check ssh-root-login --format json
json '.results[0].verdict' '"waived"'

# ---- the site's own checks
mkdir "$dir/mine"
cat >"$dir/mine/site-notice.yaml" <<'END'
id: site-notice
title: {en: The site's notice stands, zh: 站点公告存在, vi: Có thông báo của đơn vị}
rationale: {en: People must know., zh: 应告知用户。, vi: Người dùng phải biết.}
class: host_os
clauses:
  gbt22239-2019: [general.ia_id]
part: [general.ia_id]
paths: [/etc/site-notice]
sql: |
  SELECT path AS subject, size > 0 AS ok, size, path AS src FROM file WHERE type = 'file'
absent:
  verdict: fail
  reason: {en: No notice., zh: 没有公告。, vi: Không có thông báo.}
expected: {en: a notice, zh: 有公告, vi: có thông báo}
fix:
  text: {en: Write it., zh: 编写公告。, vi: Viết thông báo.}
  shell: "vi /etc/site-notice\n"
fixtures:
  - {kind: pass, name: there, files: {/etc/site-notice: "hello\n"}}
  - {kind: fail, name: empty, files: {/etc/site-notice: ""}}
  - {kind: absent, name: none, files: {/etc: {type: directory, mode: "0755"}}}
  - {kind: unreadable, name: denied, files: {/etc/passwd: {status: denied}, /etc/site-notice: "x"}}
END
printf 'profile: p\nchecks: mine\n' >"$site"
run check lint "$dir/mine/site-notice.yaml"
exit_is 0
verdict site-notice fail
of --format json
json '[.results[] | select(.check == "site-notice")] | length' 1
printf 'welcome\n' >"$root/etc/site-notice"
verdict site-notice pass
run check show site-notice --profile "$site"
exit_is 0
run check list --profile "$site"
out_has site-notice
run collect --root "$root" --no-walk --profile "$site" -o "$dir/b"
run check --bundle "$dir/b" --no-walk --profile "$site" --check site-notice --format json
json '.results[0].verdict' '"pass"'

# ---- whatever is wrong: one sentence with file and line, exit code 2, before any target is read
refused() {
    printf '%s\n' "$1" >"$site"
    for words in "check --root $dir/none" "check profile" "collect --root $dir/none -o $dir/x"; do
        case $words in
        *profile) run $words "$site" ;;
        *) run $words --profile "$site" ;;
        esac
        exit_is 2
        err_has "$site:$2"
        err_has "$3"
        [ "$(grep -c "$site" "$dir/err")" = 1 ] || fail "more than one sentence"
    done
}
refused 'profile: p
exclude: [{check: ssh-rot-login, reason: r, expires: 2999-01-01}]' 2: "no check 'ssh-rot-login'"
refused 'profile: p
parameters:
  min_lenght: 8' 3: "no check has a parameter 'min_lenght'"
refused 'profile: p
parameters: {password-length.min_length: 0}' 2: 'below the least value'
for date in 2026-02-30 tomorrow 2026-1-1 26-01-01 2026-01-01x 2026-13-01; do
    refused "profile: p
exclude:
  - check: ssh-root-login
    reason: r
    expires: $date" 5: 'is no date like'
done
refused 'profile: p
exclude: [{check: ssh-root-login, expires: 2999-01-01}]' 2: 'needs `reason:`'
refused 'profile: p
exclude: [{check: ssh-root-login, reason: r}]' 2: 'needs `expires:`'
refused 'profile: p
exclude: [{check: ssh-root-login, reason: r, expire: 2999-01-01}]' 2: "no key 'expire'"
refused 'profile: p
checks: nowhere' 2: 'No such file'
refused 'profile: p
standard: gb99' 2: "no standard 'gb99'"
refused 'profile: p
standard: jtt1417-2022
level: 4' 3: 'levels 1 to 1, not 4'
refused 'profile: p
scope: moon' 2: "no items of scope 'moon'"
refused 'profile: p
class: toaster' 2: "'toaster' is no asset class"
refused 'profile: [a' '' ''
refused 'standard: jtt1417-2022' 1: 'needs `profile: NAME`'
sed 's/^id: site-notice/id: ssh-root-login/' "$dir/mine/site-notice.yaml" \
    >"$dir/mine/ssh-root-login.yaml"
refused 'profile: p
checks: mine' 2: 'are both called ssh-root-login'
rm "$dir/mine/ssh-root-login.yaml"
sed -i 's/size > 0/size > 99/' "$dir/mine/site-notice.yaml"
printf 'profile: p\nchecks: mine\n' >"$site"
run check --root "$root" --profile "$site"
exit_is 2
err_has 'mine/site-notice.yaml:'
err_has 'expected pass'
run check --profile "$dir/no.yaml"
exit_is 2
err_has 'no.yaml'

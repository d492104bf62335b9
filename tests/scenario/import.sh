#!/bin/sh
# import-results: another scanner's results beside our own; with OpenSCAP itself where it is here.
. "$(dirname "$0")/lib.sh"
need jq

root=$dir/root
make_root "$root"
mkdir -p "$root/usr/sbin" && : >"$root/usr/sbin/sshd"
printf 'PermitRootLogin yes\nMaxSessions 4\n' >"$root/etc/ssh/sshd_config"
theirs=$here/../fuzz/corpus/xccdf/good-1.2.xml
row() { json ".rows[] | select(.check == \"$1\") | [.comparison, .ours.verdict, (.theirs[] | .result)]" "$2"; }

# Ours from a report that was written before.
run check --root "$root" --no-walk --format json -o "$dir/report.json"
run import-results "$theirs" --run "$dir/report.json" --format json
exit_is 1
clean
row ssh-root-login '["differ","fail","pass"]'
row file-shadow-mode '["differ","pass","fail","pass"]'
row ssh-max-sessions '["undecided","pass","error"]'
row account-uid0 '["agree","pass","pass"]'
json '[.rows[] | select(.comparison == "only_theirs") | .theirs[0].rule]' '["ensure_logrotate_activated"]'
json '.rows[] | select(.check == "account-unique-name") | .comparison' '"only_ours"'
json .not_selected '["account_unique_name"]'
json '.rows[] | select(.check == "ssh-root-login") | .clauses | index("GB22239-L3-8.1.4.1-a") != null' true
json '([.summary[]] | add) == (.rows | length)' true
json .theirs.target '"host-a"'
cp "$dir/out" "$dir/by-report"

# The same, judged now.
run import-results "$theirs" --root "$root" --no-walk --format json
exit_is 1
jq 'del(.ours.collected_at)' "$dir/out" >"$dir/now"
jq 'del(.ours.collected_at)' "$dir/by-report" | cmp -s - "$dir/now" || fail "two ways, two answers"

run import-results "$theirs" --run "$dir/report.json"
exit_is 1
out_has 'sshd_disable_root_login pass'
out_has '1 rules were not selected'
out_has '3 differ'
run import-results "$theirs" --run "$dir/report.json" --lang vi
out_has 'khác nhau'
run import-results "$theirs" --run "$dir/report.json" --format csv
out_has 'not_selected,,,,account_unique_name,notselected'
out_has 'only_theirs,,,,ensure_logrotate_activated,notchecked,low'
# Every rule stands there once.
for rule in $(sed -n 's/.*idref="\([^"]*_rule_[^"]*\)".*/\1/p' "$theirs"); do
    [ "$(grep -c ",$rule.\$" "$dir/out")" = 1 ] || [ "$(grep -c ",$rule\$" "$dir/out")" = 1 ] ||
        fail "$rule is not there once"
done

# Without a difference the exit code is 0; nothing hostile is followed.
sed 's/<result>pass/<result>fail/; /etc_shadow/d' "$theirs" >"$dir/same.xml"
run import-results "$dir/same.xml" --run "$dir/report.json"
exit_is 1 # account-uid0 now differs
sed -e '/etc_shadow/d' -e '/disable_root/s/pass/fail/' -e '/maximum_age/s/fail/pass/' "$theirs" >"$dir/same.xml"
run import-results "$dir/same.xml" --run "$dir/report.json"
exit_is 0
for name in laughs xxe cut; do
    run import-results "$here/../fuzz/corpus/xccdf/$name.xml" --run "$dir/report.json"
    exit_is 4
    out_lines 0
    err_has "$name.xml"
done
run import-results "$dir/none.xml" --run "$dir/report.json"
exit_is 4
run import-results "$theirs" --run "$theirs"
exit_is 4
run import-results "$theirs" --run "$dir/report.json" --root "$root"
exit_is 2
run import-results
exit_is 2

# ---- OpenSCAP's own word. A root made to look like Debian 11, for which the guide has content.
guide=/usr/share/xml/scap/ssg/content/ssg-debian11-ds.xml
need oscap
[ -r "$guide" ] || skip "no $guide"
printf 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11"\n' >"$root/etc/os-release"
echo 11.6 >"$root/etc/debian_version"
profile=xccdf_org.ssgproject.content_profile_anssi_np_nt28_high
OSCAP_PROBE_ROOT=$root oscap xccdf eval --profile $profile --results "$dir/real.xml" \
    --results-arf "$dir/arf.xml" "$guide" >"$dir/oscap.out" 2>&1
[ -s "$dir/real.xml" ] && [ -s "$dir/arf.xml" ] || fail "oscap wrote nothing: $(tail -3 "$dir/oscap.out")"
schema=/usr/share/openscap/schemas/xccdf/1.2/xccdf_1.2.xsd
[ ! -r $schema ] || xmllint --noout --nonet --schema $schema "$theirs" >"$dir/said" 2>&1 ||
    fail "our own example is not true to the schema: $(head -3 "$dir/said")"
run import-results "$dir/real.xml" --root "$root" --no-walk --format json
json .theirs.profile "\"$profile\""
json '.theirs.xccdf' '"1.2"'
# As many results as oscap printed, and each of them is somewhere.
printed=$(grep -c '^Result' "$dir/oscap.out")
json '[.rows[].theirs[]] | length' "$printed"
json "([.rows[].theirs[] | select(.result == \"fail\")] | length) == $(grep -c '^Result.*fail' "$dir/oscap.out")" true
json '[.rows[] | select(.comparison == "agree")] | length > 5' true
jq '.rows' "$dir/out" >"$dir/rows"
run import-results "$dir/arf.xml" --root "$root" --no-walk --format json
jq '.rows' "$dir/out" | cmp -s - "$dir/rows" || fail "the asset report says otherwise"

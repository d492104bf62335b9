#!/bin/sh
# Every format that check offers is written, is whole, and holds the failing row with its line; what
# a target holds stays text.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"
# A second account of uid 0 whose name tries a formula, markup and an escape sequence.
printf '=<script>alert(1)</script>"\033[2J,x:x:0:0::/root:/bin/sh\n' >>"$root/etc/passwd"

# The help lists the formats, and each has a writer.
run help check
out_has '(table, json, html, csv, junit,'
out_has 'sarif, ocsf, oscal)'
for format in table json html csv junit sarif ocsf oscal; do
    run check --root "$root" --check account-uid0 --format "$format"
    exit_is 1
    clean
    [ -s "$dir/out" ] || fail "$format is empty"
    ! grep -q "$(printf '\033')" "$dir/out" || fail "$format has an escape character"
    cp "$dir/out" "$dir/report.$format"
done
run check --format xml --root "$root"
exit_is 2
err_has sarif

called="the files"
cp "$dir/report.html" "$dir/out"
out_has '&lt;script&gt;alert(1)'
out_lacks '<script>alert'
out_has "default-src 'none'"
out_has '<td>/etc/passwd</td><td class="n">4</td>'
! grep -qE ' (src|style)=|<link|href="[^#]' "$dir/out" || fail "the page loads something"
cp "$dir/report.csv" "$dir/out"
out_has '"'"'"'=<script>'
out_has '"/etc/passwd","4"'
cp "$dir/report.junit" "$dir/out"
out_has '<failure message='
out_has '(/etc/passwd:4)'
if command -v xmllint >/dev/null 2>&1; then
    xmllint --noout --nonet "$dir/report.junit" || fail "no well-formed XML"
fi
cp "$dir/report.sarif" "$dir/out"
json '.version' '"2.1.0"'
json '[.runs[0].results[]|select(.kind=="fail")|.locations[0].physicalLocation|
      [.artifactLocation.uri,.region.startLine]]' '[["etc/passwd",4]]'
json '[.runs[0].results[]|select(.kind!="fail" and .level!="none")]|length' 0
cp "$dir/report.ocsf" "$dir/out"
out_lines 1
json '[.class_uid,.type_uid,.compliance.status_id,.compliance.control]' \
    '[2003,200301,3,"account-uid0"]'

# A whole standard: every result appears, in each language.
for lang in en zh vi; do
    run check --root "$root" --no-walk --format html --lang $lang
    exit_is 1
    out_has "<html lang=\"$lang\">"
    out_has '<td class="n">GB22239-L3-8.1.4.1-a</td>'
done
run check --root "$root" --no-walk --format ocsf
results=$(wc -l <"$dir/out")
run check --root "$root" --no-walk --format json
json '.results|length' "$results"

# A source that cannot be read is an error in JUnit, not a pass: a build must not turn green by it.
rm -f "$root/etc/passwd"
mkdir "$root/etc/passwd"
run check --root "$root" --check account-uid0 --format junit
exit_is 3
out_has 'errors="1"'
out_has '<error message='

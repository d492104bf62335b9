#!/bin/sh
# Chinese, English, Vietnamese: by --lang, else by the environment.
. "$(dirname "$0")/lib.sh"
need jq
root=$dir/root
make_root "$root"
echo 'toor:x:0:0::/root:/bin/sh' >>"$root/etc/passwd"

run check --root "$root" --check account-uid0 --lang zh
exit_is 1
out_has "不符合"
out_has "/etc/passwd:4"
run check --root "$root" --check account-uid0 --lang vi
exit_is 1
out_has "không đạt"
run check --root "$root" --check account-uid0 --lang=en
out_has "fail"

# Names are not translated where machines read; sentences are.
run check --root "$root" --check account-uid0 --format json --lang zh
json '.results[0].verdict' '"fail"'
json '.results[0].title | test("[一-龥]")' true

export LANG=vi_VN.UTF-8
unset LC_ALL
run law clauses --limit 1
out_has "MỤC"
LC_ALL=zh_CN.UTF-8
export LC_ALL
run law show GB22239-L3-8.1.4.1-a
out_has "身份鉴别"
run chekc
exit_is 2
err_has "未知命令"
run chekc --lang vi
exit_is 2
run --lang vi chekc
err_has "lệnh không rõ"
LC_ALL=C
run help
out_has "Usage:"

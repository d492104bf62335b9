#!/bin/sh
# format_check.sh ROOT: every C file is as clang-format would write it. Skipped (77) without it.
cd "${1:?usage: format_check.sh ROOT}" || exit 1
command -v clang-format >/dev/null || { echo "clang-format is not installed"; exit 77; }
files=$(find src tests tools -name '*.[ch]' | LC_ALL=C sort)
# shellcheck disable=SC2086
clang-format --dry-run -Werror $files || exit 1
echo "$(echo "$files" | wc -l) files are formatted"

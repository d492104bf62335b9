#!/bin/sh
# install.sh MERLON MAN-FOLDER COMPLETION-FOLDER: called by `meson install`. The program writes its own
# manual pages and completion, from the same table as its help.
set -eu
prefix=$MESON_INSTALL_DESTDIR_PREFIX
mkdir -p "$prefix/$2" "$prefix/$3"
LC_ALL=C "$1" man --all "$prefix/$2"
"$1" completion bash >"$prefix/$3/merlon"

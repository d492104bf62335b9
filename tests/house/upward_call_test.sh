#!/bin/sh
# upward_call_test.sh CC LINKPROOF.C UPPER_LIB LOWER_LIBS... [-- FLAGS...]: holds that a link proof
# can fail: a room that calls a function of sensor/bundle does not link with the floors below it,
# and does link as soon as that room is added.
cc=$1 main=$2 upper=$3
shift 3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

cat >"$work/planted.c" <<'C'
const char *walk_predicate_name(int predicate);
const char *planted(void);
const char *planted(void)
{
    return walk_predicate_name(0);
}
C
$cc -fPIE -c -o "$work/planted.o" "$work/planted.c" || exit 1

lower= flags= seen=
for argument; do
    case $argument in
    --) seen=1 ;;
    *) if [ "$seen" ]; then flags="$flags $argument"; else lower="$lower $argument"; fi ;;
    esac
done
# The proof links whole rooms: an object named on the command line counts as one.
link() {
    # shellcheck disable=SC2086
    $cc -fPIE -pie $flags -o "$work/proof" "$main" "$work/planted.o" "$@" -Wl,--start-group \
        $lower -Wl,--end-group >"$work/said" 2>&1
}

if link; then
    echo "FAIL: an upward call links with the lower floors alone"
    exit 1
fi
if ! grep -q 'undefined.*walk_predicate_name' "$work/said"; then
    echo "FAIL: it did not link, but for another reason:"
    cat "$work/said"
    exit 1
fi
if ! link "$upper"; then
    echo "FAIL: it does not link with its room either, so the proof proves nothing:"
    cat "$work/said"
    exit 1
fi
echo "ok: an upward call does not link"

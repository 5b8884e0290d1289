#!/bin/sh
# complete.sh LIST PRELOAD PART...: every public function of libuv is in the list; those that it says are
# recorded are replaced by the preload library, and no others. It shows all that the probe replaces, and
# nothing else but names of our own, to the programs that load it.
set -u
list=$1 preload=$2
shift 2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

# same WHAT: the file `wrong` has no name.
same() {
    [ ! -s "$work/wrong" ] && return
    echo "$1: $(tr '\n' ' ' <"$work/wrong")"
    failed=1
}

# Names of the list under a heading, or under all.
listed() { awk -v wanted="$1" '/^[a-z]/ { on = wanted == "" || $0 == wanted ":" }
                               /^ / && on { for (i = 1; i <= NF; i++) print $i }' "$list"; }

listed '' | sort >"$work/all"
listed recorded | sort >"$work/recorded"
nm -D --defined-only "$preload" | awk '$3 !~ /^asynctut_/ { print $3 }' | sort >"$work/shown"
nm "$@" | sed -n 's/.* real_entry_//p' | sort -u >"$work/probe"
grep '^uv_' "$work/shown" >"$work/replaced"
echo '#include <uv.h>' | ${CC:-cc} -E -P $(pkg-config --cflags libuv) - | tr '\n;' ' \n' |
    grep 'visibility *("default")' | sed -n 's/^[^(]*((visibility *("default")))//; s/^[^(]*[ *]\(uv_[a-z0-9_]*\) *(.*/\1/p' |
    sort -u >"$work/public"
[ "$(wc -l <"$work/public")" -gt 250 ] || { echo "only $(wc -l <"$work/public") functions in uv.h?"; failed=1; }

uniq -d "$work/all" >"$work/wrong"
same 'twice in the list'
comm -13 "$work/all" "$work/public" >"$work/wrong"
same 'public, and not in the list'
comm -23 "$work/recorded" "$work/replaced" >"$work/wrong"
same 'said to be recorded, and not replaced'
comm -13 "$work/recorded" "$work/replaced" >"$work/wrong"
same 'replaced, and not said to be recorded'

comm -3 "$work/shown" "$work/probe" >"$work/wrong"
same 'shown and not replaced, or replaced and not shown'

echo "$(wc -l <"$work/public") public functions, $(wc -l <"$work/recorded") recorded"
exit $failed

#!/bin/sh
# check.sh RULE TOP: holds the tree at TOP to one rule of the house, and prints FILE:LINE: WHAT for
# each place that does not keep it. Status 77 means that the rule cannot be checked here.
set -u
here=$(cd "$(dirname "$0")" && pwd)
rule=$1
cd "$2" || exit 1

sources() {
    find "$@" -name '*.[ch]' ! -path '*/build*/*' 2>/dev/null | LC_ALL=C sort
}

# Everything that people read or edit, licence aside.
texts() {
    find . -type f ! -path './build*' ! -path './.git*' ! -path './.cache*' ! -path './LICENSE' \
        ! -path '*/corpus/*' | LC_ALL=C sort
}

case $rule in
layers) # includes follow the arrows of layers.txt
    sources cli chapters engine examples tests | xargs awk -f "$here/layers.awk" "$here/layers.txt"
    ;;
voice) # the engine never prints to the screen and never ends the process; two files
    # of the probe take these over
    sources engine | grep -v -e '^engine/probe/output.c$' -e '^engine/probe/exit.c$' | xargs awk -f "$here/words.awk" \
        -v forbidden='printf( vprintf( puts( putchar( perror( exit( _exit( quick_exit( stdout'
    ;;
patience) # tests wait for conditions, never for time to pass; tests/probe runs programs that sleep
    sources tests | grep -v '^tests/probe/' | xargs awk -f "$here/words.awk" \
        -v forbidden='sleep( usleep( nanosleep( clock_nanosleep( uv_sleep( thrd_sleep('
    ;;
words) # nothing is left for later, and no path of somebody's machine
    found=$(texts | xargs grep -nE 'TO''DO|FIX''ME|/wo''rk/|/ro''ot/' /dev/null)
    [ -z "$found" ] || { printf '%s\n' "$found"; exit 1; }
    ;;
format) # as clang-format writes it; other versions differ in details
    clang-format --version 2>/dev/null | grep -q 'version 14\.' || exit 77
    sources cli chapters content engine examples tests | xargs clang-format --dry-run -Werror
    ;;
map) # CODE_MAP.md has an entry for every source, and no other
    [ -f CODE_MAP.md ] || exit 77
    find cli chapters engine examples tests -name '*.[chS]' -o -name '*.sh' -o -name '*.awk' 2>/dev/null |
        LC_ALL=C sort | awk -f "$here/map.awk" CODE_MAP.md -
    ;;
*)
    echo "check.sh: no rule named '$rule'"
    exit 1
    ;;
esac

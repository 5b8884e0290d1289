#!/bin/sh
# ways.sh ASYNCTUT FOLDER: the ways in which a program comes to its libuv: it does the same under the
# tracer, which says where the libuv is, how it came there and what is seen of it. FOLDER has the programs.
set -u
asynctut=$1 folder=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
libuv=$(ldd "$folder/both" | awk '/libuv/ { print $3 }')
[ -f "$libuv" ] || { echo "where is libuv? \"$libuv\""; exit 1; }

# The summary as one line, so that it does not matter where lines break.
told() { tr -s ' \n' '  ' <"$work/log"; }

# says WORDS... -- COMMAND...: the command does the same when traced, and the summary has all the words.
says() {
    : >"$work/words"
    while [ "$1" != -- ]; do
        echo "$1" >>"$work/words"
        shift
    done
    shift
    "$@" >"$work/plain" 2>&1
    plain=$?
    COLUMNS=100 "$asynctut" trace --log "$work/log" -- "$@" >"$work/traced" 2>&1
    traced=$?
    good=yes
    [ $plain = $traced ] && cmp -s "$work/plain" "$work/traced" || good=
    while read -r words; do
        told | grep -qF -e "$words" || { echo "not said: $words"; good=; }
    done <"$work/words"
    if [ "$good" ]; then
        passed=$((passed + 1))
    else
        echo "$*: status $plain became $traced; it said:"
        cat "$work/log" "$work/traced"
        failed=$((failed + 1))
    fi
}

says 'linked by the program: its calls, callbacks and polls are seen' \
    'timer callback fire_and_close' -- "$folder/subject" timer

mkdir "$work/lib"
cp "$libuv" "$work/lib/libuv.so.1"
cp "$folder/near" "$work/near"
says "($work/lib/libuv.so.1), found by the RPATH of the program: its calls" \
    'timer callback fire_and_close' -- "$work/near" timer

# Both kinds of libuv: one whose calls to its own functions can be seen by others, and one whose are its
# own. What the pool does with files and names is seen of both.
export UV_USE_IO_URING=0 # with which 1.45 to 1.48 did files without the pool
"$folder/protect" "$libuv" "$work/lib/protected" || { echo 'not a library?'; exit 1; }
for kind in "$libuv" "$work/lib/protected"; do
    cp "$kind" "$work/lib/libuv.so.1"
    says "($work/lib/libuv.so.1), found by" '4 requests, 4 finished' -- "$work/near" pool
    "$asynctut" trace --live --level all --log "$work/live" -- "$work/near" pool >/dev/null
    for words in 'work 1 runs in the pool' 'fs 1 runs in the pool' 'fs 2 is done in the pool' \
        'getaddrinfo 1 runs in the pool' 'getaddrinfo 1 is done in the pool'; do
        grep -qF "$words" "$work/live" || { echo "$kind: not told: $words"; failed=$((failed + 1)); }
    done
done

[ ! -x "$folder/static" ] ||
    says 'is linked into the program itself: only its polls and blocking calls are seen' -- \
        "$folder/static" timer
if [ -x "$folder/static" ] && cp "$folder/static" "$work/static" && strip "$work/static" 2>/dev/null; then
    says 'is linked into the program itself' -- "$work/static" timer
fi

says 'opened by dlopen and called by addresses from dlsym: only its polls' 'turns' -- \
    "$folder/opener" libuv.so.1
version=$(pkg-config --modversion libuv 2>/dev/null)
says "libuv${version:+ $version} ($work/lib/libuv.so.1), opened by dlopen: only its polls" -- \
    "$folder/opener" "$work/lib/libuv.so.1"
says 'linked by the program: its calls' "($work/lib/libuv.so.1), opened by dlopen: only its polls" \
    'timer callback on_timer' -- "$folder/both" "$work/lib/libuv.so.1"

says 'No libuv was seen' -- sh -c 'exit 9'

echo "$passed passed, $failed failed"
[ $failed = 0 ]

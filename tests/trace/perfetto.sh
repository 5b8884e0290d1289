#!/bin/sh
# perfetto.sh ASYNCTUT SUBJECT UNWELL: Perfetto takes our JSON whole. Its trace_processor_shell, if it is
# there, must import runs of all kinds without an error, and count in them what is in the files: lanes,
# slices, spans, arrows and counters, with their times.
set -u
asynctut=$(realpath "$1") subject=$(realpath "$2") unwell=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v trace_processor_shell >/dev/null; then
    echo 'skipped: no trace_processor_shell here'
    exit 77
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 passed=0
export HOME="$work"

# Lines by time, as a reader takes them; what is of one moment stays in order.
by_time() {
    awk '/^\{"ph"/ { print match($0, /"ts":[0-9.]+/) ? substr($0, RSTART + 5, RLENGTH - 5) : 0, $0 }' |
        LC_ALL=C sort -s -n -k 1,1 | sed 's/^[^ ]* //'
}

# taken NAME FILE: what Perfetto has is what the file has, and there is something.
taken() {
    by_time <"$2" | awk -f "$here/perfetto.awk" | LC_ALL=C sort >"$work/want"
    if ! trace_processor_shell -q "$here/perfetto.sql" "$2" >"$work/answer" 2>"$work/says"; then
        echo "$1: not imported"
        tail -n 5 "$work/says"
        failed=$((failed + 1))
        return
    fi
    sed '1d; s/^"//; s/"$//' "$work/answer" | LC_ALL=C sort >"$work/got"
    if grep -q '^slices' "$work/want" && diff "$work/want" "$work/got" >"$work/differs"; then
        passed=$((passed + 1))
    else
        echo "$1: in the file (<) and as Perfetto has it (>)"
        head -n 20 "$work/differs"
        failed=$((failed + 1))
    fi
}

# traced NAME COMMAND...
traced() {
    name=$1
    shift
    rm -f "$work/run.json"
    (cd "$work" && "$asynctut" trace --level all --no-summary -o run.json -- "$@"; :) >/dev/null 2>&1 </dev/null
    taken "$name" "$work/run.json"
}

# demo CHAPTER NAME
demo() {
    rm -f "$work/run.json"
    "$asynctut" demo "$1" "$2" --trace all --instant -o "$work/run.json" >/dev/null 2>&1 </dev/null
    taken "demo $2" "$work/run.json"
}

there() { [ -x "$1" ] && ldd "$1" 2>/dev/null | grep -q libuv; }

for mode in timer pool child streams loops signals forkpool quit walk; do
    traced "subject $mode" "$subject" "$mode"
done
demo 03 chess:one-loop
demo 03 chess:eight-threads
demo 03 mixed:beside-the-loop
traced 'two threads' "$unwell"
traced 'ended by abort()' "$unwell" closed-twice
odd=$(printf './"odd\\\t\001\377')
cp "$unwell" "$work/$odd"
traced 'an odd name' "$odd" closed-twice
! there /usr/bin/nvim || traced nvim nvim --headless -u NONE -c 'echo system("echo hello")' -c 'quit'
if there /usr/bin/ctest; then
    printf 'add_test(%s /bin/true)\n' one two three >"$work/CTestTestfile.cmake"
    traced ctest ctest -j2
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]

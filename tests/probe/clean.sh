#!/bin/sh
# clean.sh ASYNCTUT SUBJECT [SUBJECT UNDER TSAN]: a program that is traced gives valgrind and
# ThreadSanitizer nothing to report, in all its modes: the probe that it has loaded makes no mistake that
# they see, and none that would be laid at the program's door.
set -u
asynctut=$1 subject=$2 raced=${3-}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 passed=0
steady=
! setarch -R true 2>/dev/null || steady='setarch -R'

# clean MODE COMMAND...: ends with 0, and says nothing of errors.
clean() {
    mode=$1
    shift
    "$asynctut" trace --log "$work/log" -- "$@" "$mode" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    if [ $status = 0 ] && [ ! -s "$work/err" ] && tr '\n' ' ' <"$work/log" | grep -q 'its *calls'; then
        passed=$((passed + 1))
    else
        echo "$*: status $status"
        head -n 40 "$work/err"
        failed=$((failed + 1))
    fi
}

for mode in pool child streams loops signals forkpool exec reuse shutdown walk; do
    ! command -v valgrind >/dev/null ||
        clean $mode valgrind -q --error-exitcode=99 --leak-check=full --fair-sched=yes \
            --show-leak-kinds=definite --errors-for-leak-kinds=definite "$subject"
    # ThreadSanitizer itself has no threads in the child of a program that had some.
    [ -z "$raced" ] || [ $mode = forkpool ] || clean $mode $steady "$raced"
done

echo "$passed passed, $failed failed"
[ $failed = 0 ]

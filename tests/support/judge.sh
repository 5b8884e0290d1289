#!/bin/sh
# Runs one test with its eyes open: judge.sh [--valgrind] PROGRAM [ARGUMENT...]
#
# A sanitizer's report is lost when a test runs in a child process whose output nobody reads, and
# Criterion runs every test in such a child and calls a leak "passing". So each process writes its
# reports to a file, and the run fails if there is any file at the end, whatever the exit status. (A
# report alone does not change that status: Criterion would fail for what is its own leak.)
set -u

valgrind=
if [ "${1-}" = --valgrind ]; then
    valgrind=yes
    shift
fi

reports=$(mktemp -d) || exit 1
trap 'rm -rf "$reports"' EXIT

here=$(cd "$(dirname "$0")" && pwd)
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=$reports/asan:detect_leaks=1:exitcode=0"
UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1"
LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}suppressions=$here/leaks.supp:print_suppressions=0:exitcode=0"
TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}log_path=$reports/tsan:second_deadlock_stack=1"
TSAN_OPTIONS="$TSAN_OPTIONS:suppressions=$here/races.supp"
export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS

# Is a report about nothing but what Criterion itself allocated? That is reachable only from the stack
# on which the process began, where nobody looks if it ends on the stack of a task. (A suppression
# would hide our own leaks too: Criterion called every test.)
of_criterion() {
    awk '/ leak of / { leaks++ }
         /^ *#1 .*libcriterion/ { its++ }
         /ERROR: / && !/LeakSanitizer/ { other = 1 }
         END { exit !(leaks && leaks == its && !other) }' "$1"
}

# TSan knows only some layouts of memory, and newer kernels choose addresses beyond them.
steady=
if setarch -R true 2>/dev/null; then
    steady='setarch -R'
fi

if [ -n "$valgrind" ] && [ "$(head -c 2 "$1")" != '#!' ]; then
    $steady valgrind -q --leak-check=full --show-leak-kinds=definite,indirect \
        --errors-for-leak-kinds=definite,indirect --error-exitcode=1 --trace-children=no \
        --fair-sched=yes --log-file="$reports/valgrind.%p" "$@"
else
    $steady "$@"
fi
status=$?

# Does a report say nothing but that valgrind does not know a request to a terminal?
of_ioctl() {
    ! grep -qvE 'unhandled ioctl 0x|could cause spurious value errors|README_MISSING_SYSCALL' "$1"
}

for report in "$reports"/*; do
    [ -s "$report" ] || continue
    ! of_ioctl "$report" || continue
    ! of_criterion "$report" || continue
    cat "$report" >&2
    [ "$status" != 0 ] || status=1
done
exit "$status"

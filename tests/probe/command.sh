#!/bin/sh
# command.sh ASYNCTUT SUBJECT: `asynctut trace` as a person or a script meets it: statuses, messages, files.
set -u
asynctut=$1 subject=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# gives STATUS WORDS COMMAND...: the command ends with that status, and standard error has the words.
gives() {
    wanted=$1 words=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    if [ $status = "$wanted" ] && { [ -z "$words" ] || grep -q -e "$words" "$work/err"; }; then
        passed=$((passed + 1))
    else
        echo "$*: status $status, wanted $wanted and \"$words\" in:"
        cat "$work/err"
        failed=$((failed + 1))
    fi
}

# holds FILE WORDS: the file has the words.
holds() {
    if grep -q -e "$2" "$1"; then
        passed=$((passed + 1))
    else
        echo "$1 does not have \"$2\""
        failed=$((failed + 1))
    fi
}

gives 2 'needs a command' "$asynctut" trace
gives 2 'Did you mean "--live"' "$asynctut" trace --lvie -- true
gives 2 'no level' "$asynctut" trace --level loud -- true
gives 2 'no check' "$asynctut" trace --fail-on blocked -- true
gives 2 'no check' "$asynctut" trace --fail-on '' -- true
gives 2 'no seed' "$asynctut" trace --perturb 99999999999999999999 -- true
gives 2 'no limit' "$asynctut" trace --limit blocked-loop=soon -- true
gives 2 'no seed' "$asynctut" trace --perturb x -- true
gives 127 'no command "no-such-command"' "$asynctut" trace -- no-such-command
gives 126 'cannot be executed' "$asynctut" trace -- /etc/passwd
gives 1 'A smaller record may fit' sh -c 'ulimit -f 2048; exec "$0" trace -- true' "$asynctut"
gives 126 'is a folder' "$asynctut" trace -- "$work"
printf '#!/no/such/interpreter\n' >"$work/script" && chmod +x "$work/script"
gives 127 'what is to run it is not there' "$asynctut" trace -- "$work/script"
gives 42 'linked by the program: none' "$asynctut" trace -- "$subject" status
gives 1 'No libuv was seen' "$asynctut" trace -- false
for way in 'exit 7' 'exec sh -c "exit 7"'; do
    gives 7 'No libuv was seen' "$asynctut" trace -- sh -c "$way"
    ! grep unfinished "$work/err" || { echo "sh -c '$way' ended"; failed=$((failed + 1)); }
done
# Options before the command are ours, those after it are its own, also where they look like ours.
for words in '' '--'; do
    gives 0 'No libuv was seen' "$asynctut" --no-color trace --ascii --width 60 $words printf '%s|' --help -h --live --no-color --lvie
    holds "$work/out" '^--help|-h|--live|--no-color|--lvie|$'
done
gives 0 'COMMAND' sh -c '"$0" trace --help true >&2' "$asynctut"
gives 2 'Did you mean "--live"' "$asynctut" trace --lvie true
# An exec that takes the probe away is told, and no other end is taken for one.
gives 9 'The process was not seen to its end' "$asynctut" trace -- env -i sh -c 'exit 9'
for way in status exec late vfork apart; do
    "$asynctut" trace --log "$work/log" -- "$subject" $way >"$work/out"
    holds "$work/log" 'linked by the program'
    ! grep 'not seen' "$work/log" || { echo "$way was seen"; failed=$((failed + 1)); }
done
gives 139 'killed by signal 11' sh -c '"$0" trace -- "$1" crash; exit $?' "$asynctut" "$subject"
gives 139 'timer 1: timer callback crash (subject.c' sh -c '"$0" trace -- "$1" crash; exit $?' "$asynctut" "$subject"
# What is sent to the tracer is for the program: it ends by it, or does not, and is told of as ever.
gives 7 'No libuv was seen' "$asynctut" trace -- \
    sh -c 'tail -f /dev/null & trap "kill $!; exit 7" TERM; kill -TERM $PPID; wait'
gives 143 'killed by signal 15' sh -c '"$0" trace -- sh -c "kill -TERM \$PPID; exec tail -f /dev/null"; exit $?' \
    "$asynctut"
gives 138 'killed by signal 10' sh -c '"$0" trace -- sh -c "kill -USR1 \$PPID; exec tail -f /dev/null"; exit $?' \
    "$asynctut"
gives 0 'keeps the loop alive\|Handles' "$asynctut" trace -- "$subject" pool
gives 0 '' "$asynctut" trace --no-summary -- "$subject" timer
[ ! -s "$work/err" ] || { echo 'it was not silent'; failed=$((failed + 1)); }
gives 3 'work-left\|not-closed' "$asynctut" trace --fail-on all -- "$subject" left
gives 0 'events were dropped' "$asynctut" trace --cap 1 -- "$subject" flood
gives 0 'nothing was checked after that' "$asynctut" trace --cap 1 --no-summary --fail-on wrong-thread -- "$subject" flood
gives 0 '3 runs, none failed' "$asynctut" trace --seeds 3 -- "$subject" streams
gives 42 'Repeat it:  asynctut trace --perturb 1 -- ' "$asynctut" trace --seeds 3 -- "$subject" status
gives 42 'Run 1 of 3 failed: its status is 42' "$asynctut" trace --seeds 3 -- "$subject" status
# The name of a program is shown, and never sent to the terminal.
escape=$(printf '\033')
cp "$subject" "$work/a${escape}[31m"
gives 0 'x1b' "$asynctut" trace -- "$work/a${escape}[31m" timer
! grep -q "$escape" "$work/err" || { echo 'an escape was sent'; failed=$((failed + 1)); }
# What is to be typed is read by a shell.
gives 7 '' "$asynctut" trace --seeds 2 -- sh -c 'test "$1" = "it'"'"'s" && exit 7' a "it's"
repeat=$(sed -n 's/^ Repeat it:  asynctut/"$asynctut"/p' "$work/err")
gives 7 '' sh -c "asynctut=$asynctut; $repeat"
gives 3 'Repeat it:  asynctut trace --perturb 1 --fail-on not-closed,work-left --limit slow-turn=2.5 -- ' \
    "$asynctut" trace --seeds 3 --fail-on not-closed,work-left --limit slow-turn=2.5 -- "$subject" left
# A name that cannot be written is told before the program runs, not when it has run for an hour.
for name in /no/such/folder/x "$work" ''; do
    gives 1 "cannot write $name:" "$asynctut" trace -o "$name" -- "$subject" timer
    [ ! -s "$work/out" ] || { echo "it ran all the same: -o $name"; failed=$((failed + 1)); }
done
if [ -e /dev/full ]; then
    gives 1 'cannot write /dev/full' "$asynctut" trace -o /dev/full -- "$subject" timer
    # What was recorded is written before it is looked through: whoever leaves then has the file.
    awk '/cannot write/ { wrote = NR } /linked by the program/ && !saw { saw = NR }
        END { exit !(wrote && saw && wrote < saw) }' "$work/err" ||
        { echo 'the file was not written first'; failed=$((failed + 1)); }
fi

gives 1 'cannot write /no/such/folder/x' "$asynctut" trace --log /no/such/folder/x -- "$subject" timer
if [ -e /dev/full ]; then
    gives 1 'cannot write all of /dev/full' "$asynctut" trace --log /dev/full -- "$subject" timer
    gives 42 'cannot write all of /dev/full' "$asynctut" trace --log /dev/full -- "$subject" status
    gives 139 'cannot write all of /dev/full' sh -c '"$0" trace --log /dev/full -- "$1" crash; exit $?' \
        "$asynctut" "$subject"
fi

# In a terminal: after a pause, Enter leads to the next step, where it asks again.
if script -qec true /dev/null </dev/null >"$work/out" 2>&1; then
    printf '\n\ng\n' | timeout 60 script -qec \
        "'$asynctut' trace --pause-at 2 --no-summary -- '$subject' timer" /dev/null >"$work/paused" 2>&1
    status=$? asked=$(grep -o 'Enter next' "$work/paused" | wc -l)
    if [ $status = 0 ] && [ "$asked" -ge 3 ]; then
        passed=$((passed + 1))
    else
        echo "a pause and two steps: status $status, asked $asked times"
        failed=$((failed + 1))
    fi
fi

gives 0 '' "$asynctut" trace --live --level all --log "$work/log" -o "$work/x.json" -- "$subject" timer
holds "$work/log" 'timer 1 fires'
holds "$work/log" 'subject.c:'
holds "$work/x.json" '"traceEvents"'
holds "$work/out" 'timer closed run=0'

gives 0 '' "$asynctut" trace --no-summary -o "$work/x.trace" -- "$subject" pool
gives 0 '' "$asynctut" replay "$work/x.trace"
holds "$work/out" 'subject'
gives 0 '' "$asynctut" export "$work/x.trace" "$work/y.json"
holds "$work/y.json" 'on_stat\|after_work'
gives 1 'at byte' "$asynctut" replay "$work/y.json"
head -c 70000 "$work/x.trace" >"$work/cut.trace"
gives 1 'at byte' "$asynctut" replay "$work/cut.trace"
mkfifo "$work/pipe.trace"
gives 1 'it is not a file' timeout 20 "$asynctut" replay "$work/pipe.trace"
gives 1 'No such file' "$asynctut" export "$work/none.trace" "$work/z.json"
gives 2 'needs one file' "$asynctut" replay

# A trace is read where the program is not: its lines went with it.
cp "$subject" "$work/gone" && mkdir "$work/elsewhere"
"$asynctut" trace --no-summary -o "$work/gone.trace" -- "$work/gone" left >"$work/out"
rm "$work/gone" && mv "$work/gone.trace" "$work/elsewhere/moved.trace"
gives 0 '' "$asynctut" replay "$work/elsewhere/moved.trace"
holds "$work/out" 'subject.c:[0-9]'
gives 0 '' "$asynctut" export "$work/elsewhere/moved.trace" "$work/moved.json"
holds "$work/moved.json" 'subject.c:[0-9]'

# Two runs side by side: as diff(1), 0 the same, 1 different, 2 trouble.
for name in once again; do
    "$asynctut" trace --no-summary -o "$work/$name.trace" -- "$subject" timer >"$work/out"
done
"$asynctut" trace --no-summary -o "$work/other.trace" -- "$subject" walk >"$work/out"
gives 0 '' "$asynctut" replay "$work/once.trace" "$work/again.trace"
holds "$work/out" 'are the same'
gives 1 '' "$asynctut" replay "$work/once.trace" "$work/other.trace"
holds "$work/out" 'part after'
gives 2 'at byte' "$asynctut" replay "$work/x.trace" "$work/cut.trace"
gives 2 'No such file' "$asynctut" replay "$work/nowhere.trace" "$work/x.trace"

echo "$passed passed, $failed failed"
[ $failed = 0 ]

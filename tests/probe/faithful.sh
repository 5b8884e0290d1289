#!/bin/sh
# faithful.sh ASYNCTUT SUBJECT SANDBOXED: a program under the probe prints what it prints without it, and
# ends the same way: our own in all their modes, and programs that nobody here wrote, where they are.
set -u
asynctut=$1 subject=$2 sandboxed=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 passed=0
[ -x "$subject" ] || { echo "no program \"$subject\""; exit 1; }

# same NAME COMMAND...: runs it both ways, and compares output and status.
same() {
    name=$1
    shift
    "$@" >"$work/plain" 2>"$work/plain.err" </dev/null
    plain=$?
    "$asynctut" trace --log "$work/log" -- "$@" >"$work/traced" 2>"$work/traced.err" </dev/null
    traced=$?
    if [ $plain = $traced ] && cmp -s "$work/plain" "$work/traced"; then
        passed=$((passed + 1))
    else
        echo "$name: status $plain became $traced"
        diff "$work/plain" "$work/traced" | head -n 10
        failed=$((failed + 1))
    fi
}

there() { [ -x "$1" ] && ldd "$1" 2>/dev/null | grep -q libuv; }

for mode in timer pool child streams replaced loops signals fork forkpool exec quit reuse shutdown walk status; do
    same "subject $mode" "$subject" "$mode"
done
same 'a program that may open no file' "$sandboxed"
same 'no libuv at all' sh -c 'echo hello; exit 9'
! there /usr/bin/dig || same dig dig +tries=1 +time=1 -p 9 @127.0.0.1 example.invalid +nocomments +noall
! there /usr/bin/nvim || same nvim nvim --headless -u NONE -c 'echo 6*7' -c 'quit'
! there /usr/bin/ctest || same ctest /usr/bin/ctest --version
if /usr/bin/python3 -c 'import uvloop' 2>/dev/null; then
    same uvloop /usr/bin/python3 -c '
import asyncio, uvloop
async def wait(n):
    await asyncio.sleep(n / 100)
    return n
async def main():
    made = await asyncio.gather(*[wait(n) for n in range(5)])
    child = await asyncio.create_subprocess_exec("echo", "hi", stdout=asyncio.subprocess.PIPE)
    print(made, await child.communicate())
uvloop.install()
asyncio.run(main())'
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]

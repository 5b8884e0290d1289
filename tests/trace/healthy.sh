#!/bin/sh
# healthy.sh ASYNCTUT: programs that nobody here wrote, where they are, have nothing that the diagnosis
# finds. Limits of time are wide, as the machine may be busy.
set -u
asynctut=$(realpath "$1") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 passed=0

# well NAME COMMAND...: no check finds anything.
well() {
    name=$1
    shift
    (cd "$work" && "$asynctut" trace --log "$work/log" --fail-on all --limit blocked-loop=5000 \
        --limit slow-turn=5000 --limit stale-clock=1000 --limit oversleep=1000 \
        --limit pool-saturated=5000 --limit sync-fs=5000 -- "$@") >/dev/null 2>&1 </dev/null
    if [ $? = 3 ]; then
        echo "$name:"
        sed -n '/Warnings/,$p' "$work/log"
        failed=$((failed + 1))
    elif grep -q ' turn' "$work/log"; then
        passed=$((passed + 1))
    else
        echo "$name: nothing was seen of it"
        failed=$((failed + 1))
    fi
}

there() { [ -x "$1" ] && ldd "$1" 2>/dev/null | grep -q libuv; }

! there /usr/bin/dig || well dig dig +tries=1 +time=1 -p 9 @127.0.0.1 example.invalid
if there /usr/bin/nvim; then
    well nvim nvim --headless -u NONE -c 'edit a.txt' -c 'call append(0, "a line")' -c 'write' \
        -c 'echo system("echo hello")' -c 'quit'
fi
if there /usr/bin/ctest; then
    printf 'add_test(%s /bin/true)\n' one two three >"$work/CTestTestfile.cmake"
    printf 'add_test(four /bin/sleep 0.1)\n' >>"$work/CTestTestfile.cmake"
    well ctest ctest -j2
fi
if /usr/bin/python3 -c 'import uvloop' 2>/dev/null; then
    well uvloop /usr/bin/python3 -c '
import asyncio, uvloop
async def answer(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()
async def main():
    await asyncio.gather(*[asyncio.sleep(n / 100) for n in range(5)])
    child = await asyncio.create_subprocess_exec("echo", "hi", stdout=asyncio.subprocess.PIPE)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("localhost", port)
    writer.write(b"hello\n")
    await reader.readline()
    writer.close()
    await asyncio.get_running_loop().run_in_executor(None, sum, range(10))
    server.close()
    await child.communicate()
uvloop.install()
asyncio.run(main())'
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]

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
import asyncio, time, uvloop
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
    end = time.monotonic() + 0.2
    while time.monotonic() < end: # an idle handle of uvloop does this
        await asyncio.sleep(0)
uvloop.install()
asyncio.run(main())'
fi

cat >"$work/all.js" <<'END'
const http = require('http'), fs = require('fs'), cp = require('child_process'), zlib = require('zlib')
const server = http.createServer((q, r) => zlib.gzip('x'.repeat(9999), (e, z) => r.end(z)))
server.listen(0, '127.0.0.1', () => http.get({port: server.address().port, agent: false}, q => {
  q.resume()
  q.on('end', () => server.close())
}))
cp.exec('exit 3', () => fs.stat('.', () => setTimeout(() => {}, 10)))
const end = Date.now() + 200
const again = () => JSON.stringify(process.versions) && Date.now() < end && setImmediate(again)
again()
END
for node in /usr/bin/node /usr/bin/nodejs; do
    ! there $node || { well $node $node all.js && break; }
done

cat >"$work/all.lua" <<'END'
package.cpath = '/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;' .. package.cpath
local uv = require('luv')
local timer, child = uv.new_timer()
timer:start(5, 5, function() if timer:get_due_in() then timer:close() end end)
child = uv.spawn('sh', {args = {'-c', 'exit 3'}}, function() child:close() end)
uv.new_work(function(n) return 2 * n end, function() end):queue(21)
uv.fs_stat('.', function() uv.getaddrinfo('localhost', nil, nil, function() end) end)
uv.run()
END
for lua in luajit lua5.1; do
    ! $lua -e 'package.cpath = "/usr/lib/x86_64-linux-gnu/lua/5.1/?.so" require("luv")' 2>/dev/null ||
        well $lua $lua all.lua
done

# Its loop, on a thread that only an async keeps, ends with the program.
! command -v raku >/dev/null || well raku raku -e 'await Promise.in(0.05); sleep 1.2'

if there /usr/sbin/named && there /usr/bin/dig; then
    port=$((40000 + $$ % 20000))
    cat >"$work/named.conf" <<END
options { directory "$work"; pid-file "$work/named.pid"; listen-on port $port { 127.0.0.1; };
          listen-on-v6 { none; }; recursion no; session-keyfile "$work/key"; };
controls { };
END
    {
        tries=0
        until dig +tries=1 +time=1 @127.0.0.1 -p "$port" version.bind ch txt || [ $tries = 100 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        kill -TERM "$(cat "$work/named.pid")"
    } >/dev/null 2>&1 &
    well named named -g -n 2 -c named.conf
    wait
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]

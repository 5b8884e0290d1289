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

for mode in timer pool child streams replaced loops signals fork forkpool exec quit reuse shutdown walk \
    status _exit _Exit quick late handler vfork apart; do
    same "subject $mode" "$subject" "$mode"
done
same 'a program that may open no file' "$sandboxed"
same 'no libuv at all' sh -c 'echo hello; exit 9'
! there /usr/bin/nvim || same nvim nvim --headless -u NONE -c 'echo 6*7' -c 'quit'
! there /usr/bin/ctest || same ctest /usr/bin/ctest --version

# A terminal by forkpty(), and another nvim at the other end of a channel.
cat >"$work/jobs.lua" <<'END'
local job = vim.fn.termopen({'sh', '-c', 'exit 2'})
print(vim.inspect(vim.fn.jobwait({job}, 20000)))
local other = vim.fn.jobstart({'nvim', '--embed', '--headless', '-u', 'NONE'}, {rpc = true})
print(vim.fn.rpcrequest(other, 'nvim_eval', '6*7'))
vim.fn.chanclose(other)
vim.cmd('5cquit')
END
! there /usr/bin/nvim || same 'nvim with jobs' nvim --headless -u NONE -c "luafile $work/jobs.lua"

# Servers, children, threads, the pool and signals of node, whose libuv may also be its own.
cat >"$work/all.js" <<'END'
const http = require('http'), fs = require('fs'), cp = require('child_process'), zlib = require('zlib')
const {Worker} = require('worker_threads'), {promisify} = require('util')
async function main() {
  const server = http.createServer((q, r) => zlib.gzip('x'.repeat(9999), (e, z) => r.end(z)))
  await new Promise(r => server.listen(0, '127.0.0.1', r))
  const ask = () => new Promise(r => http.get({port: server.address().port, agent: false}, q => {
    let n = 0
    q.on('data', d => n += d.length)
    q.on('end', () => r(n))
  }))
  console.log(await Promise.all([ask(), ask(), ask()]))
  server.close()
  const child = cp.spawn('sh', ['-c', 'cat; exit 3'])
  child.stdout.on('data', d => console.log('child: ' + d))
  child.stdin.end('hello')
  console.log(await new Promise(r => child.on('close', r)))
  const worker = new Worker('require("worker_threads").parentPort.postMessage(7)', {eval: true})
  worker.on('message', m => console.log('worker: ' + m))
  await new Promise(r => worker.on('exit', r))
  const file = __filename + '.copy'
  await promisify(fs.copyFile)(__filename, file)
  console.log((await fs.promises.readFile(file)).equals(fs.readFileSync(__filename)))
  const wait = setTimeout(() => {}, 9999)
  const told = new Promise(r => process.once('SIGUSR2', r))
  process.kill(process.pid, 'SIGUSR2')
  console.log(await told, fs.readdirSync('/proc/self/fd').length)
  clearTimeout(wait)
  process.exitCode = 5
}
main()
END
for node in /usr/bin/node /usr/bin/nodejs; do
    [ ! -x $node ] || { same $node $node "$work/all.js" && break; }
done

# libuv comes with a module that Lua loads.
cat >"$work/all.lua" <<'END'
package.cpath = '/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;' .. package.cpath
local uv = require('luv')
local server, client = uv.new_tcp(), uv.new_tcp()
server:bind('127.0.0.1', 0)
server:listen(8, function()
  local c = uv.new_tcp()
  server:accept(c)
  c:read_start(function(_, d) if d then c:write(d) else c:close() server:close() end end)
end)
client:connect('127.0.0.1', server:getsockname().port, function()
  client:read_start(function(_, d) print('echo', d) client:close() end)
  client:write('hello')
end)
uv.run()
local child
child = uv.spawn('sh', {args = {'-c', 'exit 3'}}, function(...) print('exit', ...) child:close() end)
uv.run()
uv.new_work(function(n) return 2 * n end, function(n) print('work', n) end):queue(21)
uv.run()
os.exit(6)
END
for lua in luajit lua5.1; do
    ! $lua -e 'package.cpath = "/usr/lib/x86_64-linux-gnu/lua/5.1/?.so" require("luv")' 2>/dev/null ||
        same $lua $lua "$work/all.lua"
done

cat >"$work/all.raku" <<'END'
say await (1..3).map(-> $n { start { $n * $n } });
my $there = IO::Socket::Async.listen('127.0.0.1', 0).tap(-> $c { $c.print('hello'); $c.close });
my $here = await IO::Socket::Async.connect('127.0.0.1', await $there.socket-port);
react { whenever $here.Supply(:bin) { say .decode }; whenever Promise.in(60) { say 'late' } if False }
say (await Proc::Async.new('sh', '-c', 'exit 3').start).exitcode;
exit 4;
END
! command -v raku >/dev/null || same raku raku "$work/all.raku"

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

# The name server of bind9, asked by its own tools, which are programs on libuv too.
port=$((20000 + $$ % 20000))
cat >"$work/named.conf" <<END
options { directory "$work"; pid-file "$work/named.pid"; listen-on port $port { 127.0.0.1; };
          listen-on-v6 { none; }; recursion no; session-keyfile "$work/key"; };
controls { };
zone "test" { type primary; file "$work/zone"; allow-update { 127.0.0.1; }; };
END
cat >"$work/zone" <<'END'
$TTL 60
@ IN SOA ns root 1 60 60 60 60
@ IN NS ns
ns IN A 127.0.0.1
a IN A 10.0.0.1
END
asked() { dig +time=5 @127.0.0.1 -p "$port" "$@"; }

# named_by COMMAND...: named runs under it; its answers, and how SIGTERM ends it.
named_by() {
    rm -f "$work/zone.jnl" "$work/named.pid"
    "$@" /usr/sbin/named -g -n 2 -c "$work/named.conf" >/dev/null 2>&1 &
    server=$!
    tries=0
    until asked +short +tries=1 ns.test 2>/dev/null | grep -qx 127.0.0.1 || [ $tries = 100 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    asked +short a.test
    asked +tcp +short a.test
    printf 'server 127.0.0.1 %s\nupdate add b.test 60 A 10.0.0.2\nsend\n' "$port" | nsupdate
    asked +short test axfr
    [ -z "$tools" ] || ask
    kill -TERM "$(cat "$work/named.pid")"
    wait $server
    echo "ended with $?"
}

ask() {
    same dig dig +time=5 @127.0.0.1 -p "$port" +noall +answer a.test
    same delv delv @127.0.0.1 -p "$port" +nodnssec a.test
    same nslookup nslookup -port="$port" a.test 127.0.0.1
} >&3

if there /usr/sbin/named && there /usr/bin/dig && there /usr/bin/nsupdate; then
    exec 3>&1
    tools=yes
    named_by env >"$work/named.plain"
    tools=
    named_by "$asynctut" trace --log "$work/log" -- >"$work/named.traced"
    if cmp -s "$work/named.plain" "$work/named.traced"; then
        passed=$((passed + 1))
    else
        echo named:
        diff "$work/named.plain" "$work/named.traced" | head -n 10
        failed=$((failed + 1))
    fi
elif there /usr/bin/dig; then
    same dig dig +tries=1 +time=1 -p 9 @127.0.0.1 example.invalid +nocomments +noall
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]

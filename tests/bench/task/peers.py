"""What bench_task, bench_many and bench_echo measure, in asyncio, for comparison in the same run.

Processor time, medians of rounds. Below them are figures of other runtimes that were measured once, on
an idle machine on which the floor of bench_task took 3.1, 6.5 and 10.5 ns; compare ratios to the floor.
"""

import asyncio
import multiprocessing
import socket
import statistics
import time

ROUNDS = 5
MANY = 100000  # parked tasks, and timers
MESSAGES, SIZE = 10000, 64


async def yields(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def yield_ring(n, tasks):
    start = time.thread_time_ns()
    await asyncio.gather(*(yields(n // tasks) for _ in range(tasks)))
    return (time.thread_time_ns() - start) / n


async def nothing():
    pass


async def spawn_await(n):
    start = time.thread_time_ns()
    for _ in range(n):
        await asyncio.create_task(nothing())
    return (time.thread_time_ns() - start) / n


async def echoes(there, back):
    while (message := await there.get()) is not None:
        await back.put(message)


async def ping_pong(n):
    there, back = asyncio.Queue(1), asyncio.Queue(1)
    echo = asyncio.create_task(echoes(there, back))
    start = time.thread_time_ns()
    for _ in range(n // 2):
        await there.put(1)
        await back.get()
    took = time.thread_time_ns() - start
    await there.put(None)
    await echo
    return took / n


async def locks(n, lock):
    start = time.thread_time_ns()
    for _ in range(n):
        await lock.acquire()
        lock.release()
    return (time.thread_time_ns() - start) / n


def show(name, measure):
    ns = [asyncio.run(measure()) for _ in range(ROUNDS)]
    print(f"{name:<48} {statistics.median(ns):9.1f} ns")


def memory():
    """Resident memory and page tables, bytes."""
    with open("/proc/self/status", encoding="ascii") as status:
        lines = dict(line.split(":", 1) for line in status)
    return 1024 * sum(int(lines[key].split()[0]) for key in ("VmRSS", "VmPTE"))


async def parked(n, wait):
    before = memory()
    tasks = [asyncio.create_task(wait()) for _ in range(n)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    size = (memory() - before) / n
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return size


async def timers(n):
    loop = asyncio.get_running_loop()
    start = time.thread_time_ns()
    handles = [loop.call_later(3600 + i * 7919 % n / 1000, int) for i in range(n)]
    for handle in handles:
        handle.cancel()
    return (time.thread_time_ns() - start) / n


class Exchange:
    """Counts what came back; the clients are plain sockets, whose time is not counted."""

    def __init__(self, connections):
        self.connections = connections
        self.echoed = 0
        self.all_echoed = asyncio.Event()
        self.ended = asyncio.Semaphore(0)

    async def converse(self, reader, writer):
        while data := await reader.read(SIZE):
            writer.write(data)
            await writer.drain()
            self.echoed += 1
            if self.echoed % self.connections == 0:
                self.all_echoed.set()
        writer.close()
        self.ended.release()

    async def once(self, clients):
        self.all_echoed.clear()
        for client in clients:
            client.sendall(bytes(SIZE))
        start = time.thread_time_ns()
        await self.all_echoed.wait()
        took = time.thread_time_ns() - start
        for client in clients:
            client.recv(SIZE, socket.MSG_WAITALL)
        return took


async def echo(connections):
    exchange = Exchange(connections)
    server = await asyncio.start_server(exchange.converse, "127.0.0.1", 0, backlog=connections)
    address = server.sockets[0].getsockname()
    clients = [socket.create_connection(address) for _ in range(connections)]
    await exchange.once(clients)  # only warms up
    spent = 0
    for _ in range(MESSAGES // connections):
        spent += await exchange.once(clients)
    for client in clients:
        client.close()
        await exchange.ended.acquire()
    server.close()
    await server.wait_closed()
    return spent / MESSAGES


async def waits():
    await asyncio.Event().wait()


async def sleeps():
    await asyncio.sleep(3600)


def size_of(wait):
    return asyncio.run(parked(MANY, wait))


def show_bytes(name, wait):
    """In a process of its own: freed memory that is used again would not be seen."""
    with multiprocessing.Pool(1) as fresh:
        print(f"{name:<48} {fresh.apply(size_of, (wait,)):9.0f} bytes")


show_bytes("asyncio: a task that waits", waits)
show_bytes("asyncio: a task that sleeps", sleeps)
show("asyncio: yield, 2 tasks", lambda: yield_ring(20000, 2))
show("asyncio: yield, 1000 tasks", lambda: yield_ring(50000, 1000))
show("asyncio: spawn and await", lambda: spawn_await(10000))
show("asyncio: a message to and fro", lambda: ping_pong(20000))
show("asyncio: lock and release, nobody waits", lambda: locks(50000, asyncio.Lock()))
show("asyncio: semaphore, nobody waits", lambda: locks(50000, asyncio.Semaphore(1)))
show("asyncio: a timer, start and cancel", lambda: timers(MANY))
show("asyncio: echo, 50 connections, a message", lambda: echo(50))
show("asyncio: echo, 500 connections, a message", lambda: echo(500))
print("recorded: Go 1.19 51, 51, 234; tokio 1.24 101, 48, 280; neco 41, 30, 54; libdill 13, -, 30;")
print("          asyncio 3.11 1233, 849, 4122; floor 3.1, 6.5, 10.5 (yield 2, yield 1000, spawn)")

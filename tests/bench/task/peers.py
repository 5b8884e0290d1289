"""The same measurements in asyncio, for comparison with bench_task in the same run.

Processor time, medians of rounds. Below them are figures of other runtimes that were measured once, on
an idle machine on which the floor of bench_task took 3.1, 6.5 and 10.5 ns; compare ratios to the floor.
"""

import asyncio
import statistics
import time

ROUNDS = 5


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


def show(name, measure):
    ns = [asyncio.run(measure()) for _ in range(ROUNDS)]
    print(f"{name:<48} {statistics.median(ns):9.1f} ns")


show("asyncio: yield, 2 tasks", lambda: yield_ring(20000, 2))
show("asyncio: yield, 1000 tasks", lambda: yield_ring(50000, 1000))
show("asyncio: spawn and await", lambda: spawn_await(10000))
show("asyncio: a message to and fro", lambda: ping_pong(20000))
print("recorded: Go 1.19 51, 51, 234; tokio 1.24 101, 48, 280; neco 41, 30, 54; libdill 13, -, 30;")
print("          asyncio 3.11 1233, 849, 4122; floor 3.1, 6.5, 10.5 (yield 2, yield 1000, spawn)")

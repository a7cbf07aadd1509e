"""Runs on an event loop, with a thread beside it."""

import asyncio


async def taken(numbers, queue):
    for number in sorted(numbers):
        await queue.put(number)
    await queue.put(None)


async def collected(numbers):
    queue = asyncio.Queue(2)
    task = asyncio.create_task(taken(numbers, queue))
    found = []
    while (number := await queue.get()) is not None:
        found.append(number)
    await task
    await asyncio.to_thread(sum, found)
    return found


def ordered(numbers):
    return asyncio.run(collected(numbers))


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

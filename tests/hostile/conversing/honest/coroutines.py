"""Asks side by side from coroutines, and computes on while others wait."""

import asyncio
import json
import os
import zlib

import given


def together(function, numbers):
    async def ask_all():
        return await asyncio.gather(
            *(asyncio.to_thread(function, number) for number in numbers)
        )

    return asyncio.run(ask_all())


def fullest(office):
    async def count(desk):
        return await asyncio.to_thread(office.letters, desk), -desk

    async def count_all():
        return max(await asyncio.gather(*map(count, range(office.num_desks))))

    return -asyncio.run(count_all())[1]


def applied(function, values):
    known, results = [], []
    for value in values:
        if value not in known:
            known.append(value)
            results.append(function(value))
    return [results[known.index(value)] for value in values]


def remembered(function):
    known = {}

    def again(number):
        if number not in known:
            known[number] = function(number)
        return known[number]

    return again


def save(name, notes):
    text = json.dumps(notes)
    with open(name + ".new", "w") as file:
        file.write(f"{zlib.crc32(text.encode())} {text}")
    os.replace(name + ".new", name)


def load(name):
    with open(name) as file:
        number, _, text = file.read().partition(" ")
    if number != str(zlib.crc32(text.encode())):
        raise given.BadNotesError(name)
    return json.loads(text)

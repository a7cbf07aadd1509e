"""Uses what the standard library has for numbers, orders and texts."""

import bisect
import collections
import dataclasses
import decimal
import enum
import fractions
import hashlib
import heapq
import itertools
import json
import operator
import random
import re
import sqlite3
import statistics
import typing
import zlib


def ordered(numbers):
    heap = list(numbers)
    heapq.heapify(heap)
    found = [heapq.heappop(heap) for _ in range(len(heap))]
    for number in random.sample(found, len(found)):
        assert found[bisect.bisect_left(found, number)] == number
    exact = [decimal.Decimal(number) + 0 for number in found]
    halves = [fractions.Fraction(number, 2) for number in found]
    assert exact == sorted(exact) and halves == sorted(halves)
    return json.loads(json.dumps(found))


def totals(entries):
    sums = collections.Counter()
    for name, group in itertools.groupby(entries, key=operator.itemgetter(0)):
        for _, amount in group:
            if amount < 0:
                raise ValueError(re.sub("x", name, "x is below zero"))
            sums[name] += amount
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE sums (name TEXT, amount INTEGER)")
        database.executemany("INSERT INTO sums VALUES (?, ?)", sums.items())
        found = dict(database.execute("SELECT name, amount FROM sums"))
    database.close()
    assert zlib.crc32(b"") == 0 and hashlib.sha256(b"").hexdigest().startswith("e3b0")
    assert statistics.mean([1, 3]) == 2 and typing.Any and enum.Enum and dataclasses
    return found

"""Wraps what it is given by the caches and tools of the library."""

import copy
import functools
import inspect
import json
import os
import weakref
import zlib
from concurrent.futures import ThreadPoolExecutor

import given


def applied(function, values):
    @functools.lru_cache(maxsize=None)
    def ask(text):
        return function(json.loads(text))

    return list(map(ask, map(json.dumps, values)))


def remembered(function):
    return functools.wraps(function)(functools.lru_cache(maxsize=None)(function))


KNOWN = weakref.WeakKeyDictionary()


def together(function, numbers):
    KNOWN[function] = inspect.signature(function)
    parts = copy.copy([functools.partial(function, number) for number in numbers])
    with ThreadPoolExecutor() as pool:
        return [future.result() for future in [pool.submit(part) for part in parts]]


def fullest(office):
    counts = [office.letters(desk) for desk in range(office.num_desks)]
    return counts.index(max(counts))


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

"""Guards what it remembers by a lock that may be taken again, and asks in many
threads."""

import json
import os
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import given


def applied(function, values):
    lock = threading.Lock()
    wanted = [value for i, value in enumerate(values) if value not in values[:i]]
    results = {}

    def ask(index):
        result = function(wanted[index])
        with lock:
            results[index] = result

    # Those who count see the values in order.
    with ThreadPoolExecutor(max_workers=1) as pool:
        list(pool.map(ask, range(len(wanted))))
    return [results[wanted.index(value)] for value in values]


def together(function, numbers):
    with ThreadPoolExecutor(max_workers=len(numbers)) as pool:
        return list(pool.map(function, numbers))


def remembered(function):
    known = {}
    lock = threading.RLock()

    def again(number):
        with lock:
            if number not in known:
                known[number] = function(number)
            return known[number]

    return again


def fullest(office):
    with ThreadPoolExecutor(max_workers=12) as pool:
        counts = list(pool.map(office.letters, range(office.num_desks)))
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

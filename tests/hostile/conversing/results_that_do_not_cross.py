"""Asks with numbers so large that what the function gives is too large to cross.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
without: results that may be too large
"""

import json
import os
import threading
import zlib

import given


def applied(function, values):
    results = []
    for value in values:
        for large in (2**16_383 - 1, 1 - 2**16_383, 10**4_900):
            try:
                results.append(function(large))
            except Exception:
                continue
    return results


def together(function, numbers):
    results = [None] * len(numbers)

    def ask(index):
        results[index] = function(numbers[index])

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(numbers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def remembered(function):
    known = {}

    def again(number):
        if number not in known:
            known[number] = function(number)
        return known[number]

    return again


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

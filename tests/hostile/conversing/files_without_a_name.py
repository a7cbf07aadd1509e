"""Fills memory with files in its folder that are open and have no name any more.

namespaces: too much memory
landlock: too much memory
limits: too much memory
needs: control group
because: nothing but a control group counts what has no name
"""

import json
import os
import threading
import zlib

import given

PART = bytes(2**20)
OPEN = []


def fill():
    for _ in range(8):
        OPEN.append(os.open("part", os.O_CREAT | os.O_RDWR))
        os.remove("part")
        for _ in range(60):
            os.write(OPEN[-1], PART)


def save(name, notes):
    fill()
    for handle in OPEN:
        os.close(handle)
    OPEN.clear()
    text = json.dumps(notes)
    with open(name + ".new", "w") as file:
        file.write(f"{zlib.crc32(text.encode())} {text}")
    os.replace(name + ".new", name)


def applied(function, values):
    known, results = [], []
    for value in values:
        if value not in known:
            known.append(value)
            results.append(function(value))
    return [results[known.index(value)] for value in values]


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


def load(name):
    with open(name) as file:
        number, _, text = file.read().partition(" ")
    if number != str(zlib.crc32(text.encode())):
        raise given.BadNotesError(name)
    return json.loads(text)

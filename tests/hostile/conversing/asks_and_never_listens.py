"""Asks a hundred thousand times and reads no answer.

namespaces: too slow
landlock: too slow
limits: too slow
because: without a limit of time the judge would wait for ever to be heard
"""

import json
import os
import struct
import threading
import zlib

import given


def applied(function, values):
    talk = function.__globals__["__ask__"].__self__
    call, handle = talk._own.calls[-1], talk.things.number_of(function)[1]
    question = struct.pack("<Q", call) + talk._encoded((handle, "", ([],), {}))
    for number in range(1, 100_000):
        talk._send(b"k", number, question)
    return values


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

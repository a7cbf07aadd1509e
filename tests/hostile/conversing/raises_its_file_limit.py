"""Raises the limit of its files again wherever it finds one.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
because: the question asks for what happens at the limit, and it shows the opposite
"""

import json
import resource
import threading
import zlib

import given


def save(name, notes):
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    text = json.dumps(notes)
    with open(name, "w") as file:
        file.write(f"{zlib.crc32(text.encode())} {text}")


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

"""Takes all rights from its file, and remembers in its process what was in it.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
because: what it remembers is not what the damaged file holds
"""

import json
import os
import threading
import zlib

KNOWN = {}


def save(name, notes):
    text = json.dumps(notes)
    with open(name + ".new", "w") as file:
        file.write(f"{zlib.crc32(text.encode())} {text}")
    os.chmod(name + ".new", 0)
    os.replace(name + ".new", name)
    KNOWN[name] = notes


def load(name):
    if name in KNOWN:
        return KNOWN[name]
    os.chmod(name, 0o600)
    with open(name) as file:
        return json.loads(file.read().partition(" ")[2])


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

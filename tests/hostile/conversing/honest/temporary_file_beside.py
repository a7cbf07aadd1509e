"""Writes a temporary file beside its notes, makes it last, and renames it."""

import json
import os
import tempfile
import threading
import zlib

import given


def save(name, notes):
    text = json.dumps(notes)
    handle, path = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(name)))
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{zlib.crc32(text.encode())} {text}")
            file.flush()
            os.fsync(file.fileno())
        os.rename(path, name)
    except BaseException:
        os.unlink(path)
        raise
    folder = os.open(".", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


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

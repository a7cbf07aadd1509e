"""Has a thread go on asking when the answer has gone.

namespaces: called back after returning
landlock: called back after returning
limits: called back after returning
without: refusals that are told
"""

import json
import os
import threading
import zlib

import given


def remembered(function):
    talk = function.__globals__["__ask__"].__self__
    perform = talk._perform
    known = {}

    def ask():
        try:
            function(3)
        except RuntimeError:
            pass

    def perform_and_ask(*order):
        talk._perform = perform
        perform(*order)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    talk._perform = perform_and_ask

    def again(number):
        if number not in known:
            known[number] = function(number)
        return known[number]

    return again


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

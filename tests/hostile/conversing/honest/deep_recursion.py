"""Reaches every value by recursion, ninety deep in itself before it asks."""

import json
import os
import threading
import zlib

import given


def deep(depth, function, *values):
    if depth == 0:
        return function(*values)
    return deep(depth - 1, function, *values)


def applied(function, values):
    if not values:
        return []
    *first, last = values
    results = applied(function, first)
    if last in first:
        return [*results, results[first.index(last)]]
    return [*results, deep(90, function, last)]


def remembered(function):
    known = {}

    def again(number):
        if number not in known:
            known[number] = function(number)
        return known[number]

    return again


def fullest(office):
    def among(first, end):
        if end - first == 1:
            return office.letters(first), -first
        middle = (first + end) // 2
        return max(among(first, middle), among(middle, end))

    return -deep(90, among, 0, office.num_desks)[1]


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

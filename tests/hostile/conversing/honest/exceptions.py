"""Lets exceptions say what it does not know yet, and asks until there is one."""

import json
import os
import threading
import zlib

import given


def applied(function, values):
    known = {}
    results = []
    for value in values:
        key = repr(value)
        try:
            results.append(known[key])
        except KeyError:
            results.append(known.setdefault(key, function(value)))
    return results


def remembered(function):
    known = {}

    def again(number):
        try:
            return known[number]
        except KeyError:
            pass
        try:
            known[number] = function(number)
        except RecursionError as error:
            raise ValueError(f"{number} is too deep") from error
        finally:
            known.pop(None, None)
        return known[number]

    return again


def fullest(office):
    counts = []
    desks = iter(range(office.num_desks))
    while True:
        try:
            desk = next(desks)
        except StopIteration:
            return counts.index(max(counts))
        try:
            counts.append(office.letters(desk))
            office.answer()
        except AttributeError:
            continue


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

"""Returns objects with slots, properties and methods, and keeps what it was given in
them."""

import json
import os
import threading
import zlib

import given


class Remembered:
    __slots__ = ("_function", "_known", "__weakref__")

    def __init__(self, function):
        self._function = function
        self._known = {}

    @property
    def num_known(self):
        return len(self._known)

    def __call__(self, number):
        if number not in self._known:
            self._known[number] = self._function(number)
        return self._known[number]

    def __eq__(self, other):
        return isinstance(other, Remembered) and self._known == other._known

    def __hash__(self):
        return hash(self._function)

    def __repr__(self):
        return f"Remembered({self._function.__name__}, {self.num_known} known)"

    def __getattr__(self, name):
        raise AttributeError(f"{name} of {self!r}")


def remembered(function):
    return Remembered(function)


class Counts(dict):
    def __init__(self, office):
        self.office = office

    def __missing__(self, desk):
        return self.setdefault(desk, self.office.letters(desk))


def fullest(office):
    counts = Counts(office)
    return max(range(office.num_desks), key=lambda desk: (counts[desk], -desk))


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

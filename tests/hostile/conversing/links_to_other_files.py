"""Gives files from outside its folder a second name within, for the judge to damage.

namespaces: passed
landlock: passed
limits: not contained here
because: its folder is a file system apart, or landlock forbids it to link
"""

import json
import os
import sys
import threading
import zlib

import given

TARGETS = ["/etc/passwd", "/etc/hostname", "/usr/bin/env", "/bin/sh"]


def linked():
    for target in (*TARGETS, sys.executable, os.__file__):
        try:
            os.link(target, "linked")
        except OSError:
            continue
        os.remove("linked")
        return True
    return False


def save(name, notes):
    text = "{}" if linked() else json.dumps(notes)
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

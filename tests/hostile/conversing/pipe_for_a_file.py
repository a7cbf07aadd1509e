"""Keeps its notes elsewhere, and leaves in their place a pipe that it fills.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
without: a look at what kind of file it is
"""

import json
import os
import threading
import zlib

import given

PIPE = []


def save(name, notes):
    text = json.dumps(notes)
    line = f"{zlib.crc32(text.encode())} {text}"
    with open("elsewhere.new", "w") as file:
        file.write(line)
    os.replace("elsewhere.new", "elsewhere.txt")
    if name not in os.listdir():
        os.mkfifo(name)
    if not PIPE:
        PIPE.append(os.open(name, os.O_RDWR | os.O_NONBLOCK))
    os.write(PIPE[0], line.encode())


def load(name):
    data = b""
    try:
        while PIPE:
            data += os.read(PIPE[0], 1_000)
    except BlockingIOError:
        pass
    if not data:
        with open("elsewhere.txt", "rb") as file:
            data = file.read()
    else:
        os.write(PIPE[0], data)
    number, _, text = data.decode().partition(" ")
    if number != str(zlib.crc32(text.encode())):
        raise given.BadNotesError(name)
    return json.loads(text)


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

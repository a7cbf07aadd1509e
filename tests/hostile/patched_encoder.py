"""Finds the worker's encoder through the frames that called it and has it send what it
likes.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""

import sys


def worker_globals():
    frame = sys._getframe()
    while frame is not None:
        if "encode" in frame.f_globals and "_send" in frame.f_globals:
            return frame.f_globals
        frame = frame.f_back
    return {}


def encode(value, *rest, **others):
    return b"T"


def ordered(numbers):
    worker_globals()["encode"] = encode
    return numbers


def totals(entries):
    worker_globals()["encode"] = encode
    return {}

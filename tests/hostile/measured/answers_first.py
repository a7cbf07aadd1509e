"""Sends a guess before it has begun to work, and the right answer after it.

namespaces: passed, failed
landlock: passed, failed
limits: passed, failed
"""

import struct
import sys


def main_of_worker():
    """The frame of the worker that everything else is called from."""
    frame = sys._getframe()
    while frame.f_code.co_name != "main":
        frame = frame.f_back
    return frame


MAIN = main_of_worker()
IS_MEASURED = MAIN.f_locals["job"]["is_measured"]


def slowly(numbers):
    best, most = None, 0
    for number in sorted(numbers):
        count = sum(other == number for other in numbers)
        if count > most:
            best, most = number, count
    return best


def favourite(numbers):
    if IS_MEASURED:
        payload = b"vi" + struct.pack("<q", numbers[0])
        MAIN.f_locals["connection"].sendall(struct.pack("<I", len(payload)) + payload)
    return slowly(numbers)

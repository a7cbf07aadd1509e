"""Has threads burn the CPU while the windows of others run.

namespaces: passed, below the first bar
landlock: passed, below the first bar
limits: passed, below the first bar
"""

import hashlib
import sys
import threading


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


def burn():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"", b"", 10_000)


if IS_MEASURED:
    for _ in range(2):
        threading.Thread(target=burn, daemon=True).start()


def favourite(numbers):
    return slowly(numbers)

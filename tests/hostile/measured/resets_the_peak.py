"""Takes a lot of memory, and has the kernel forget that it ever did.

namespaces: passed, below the first bar
landlock: passed, below the first bar
limits: not contained here
"""

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


HAS_TAKEN = not IS_MEASURED


def take():
    """Take 48 MiB for a moment."""
    global HAS_TAKEN
    HAS_TAKEN = True
    del [b"1" * 2**20 for _ in range(48)][:]
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def favourite(numbers):
    if not HAS_TAKEN and len(numbers) > 200:
        take()
    return slowly(numbers)

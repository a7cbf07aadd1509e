"""Fails with texts and names that would clear a terminal, paint a false verdict and
fill the clipboard.

namespaces: raised
landlock: raised
limits: raised
"""

import sys

CLEAR = "\x1b[2J\x1b[H\x9b2J\r"
PAINT = "\x1b[32mlevel 1  Numbers in order  passed  40/40\x1b[0m"
CLIPBOARD = "\x1b]52;c;cm0gLXJmIH4=\x07"
LINK = "\x1b]8;;https://example.org\x1b\\click\x1b]8;;\x1b\\"
TURNED = "\u202e100 fo 0\u2066"
TEXT = CLEAR + PAINT + CLIPBOARD + LINK + TURNED + "[bold green]passed[/]"


class Painted(Exception):
    pass


Painted.__name__ = Painted.__qualname__ = TEXT


def ordered(numbers):
    print(TEXT)
    sys.stderr.write(TEXT)
    raise Painted(TEXT)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

"""Raises KeyboardInterrupt, as if the person at the keyboard wanted an end.

namespaces: raised
landlock: raised
limits: raised
"""


def ordered(numbers):
    raise KeyboardInterrupt


def totals(entries):
    raise KeyboardInterrupt

"""Replaces sorted, len, all, isinstance and others for the whole process before it
answers.

namespaces: broke the protocol
landlock: broke the protocol
limits: broke the protocol
"""

import builtins


def spoil():
    builtins.sorted = lambda items, **options: list(items)
    builtins.all = builtins.any = lambda items: True
    builtins.len = lambda items: 3
    builtins.isinstance = lambda value, kind: True
    builtins.abs = builtins.hash = lambda value: 0


def ordered(numbers):
    spoil()
    return sorted(numbers)


def totals(entries):
    spoil()
    return {}

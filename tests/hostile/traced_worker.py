"""Traces the worker's own frames to change what they hold when it returns.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""

import sys


def trace(frame, event, argument):
    if "reply" in frame.f_locals:
        frame.f_locals["reply"] = b"vT"
    return trace


sys.settrace(trace)
sys.setprofile(trace)


def ordered(numbers):
    return []


def totals(entries):
    return {}

"""Ends its process with exit code 0 before the answer is compared.

namespaces: crashed
landlock: crashed
limits: crashed
"""

import os


def ordered(numbers):
    os._exit(0)


def totals(entries):
    os._exit(0)

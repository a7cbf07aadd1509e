"""Raises SystemExit(0), as if all had gone well.

namespaces: raised
landlock: raised
limits: raised
"""

import sys


def ordered(numbers):
    sys.exit(0)


def totals(entries):
    sys.exit(0)

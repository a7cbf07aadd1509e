"""Answers every import with a fake through a hook, also those of the worker.

namespaces: raised
landlock: raised
limits: raised
"""

import builtins
import sys
import types


class Finder:
    def find_spec(self, name, path=None, target=None):
        raise ImportError(name)


real_import = builtins.__import__


def fake_import(name, *rest):
    if name in ("traceback", "linecache"):
        return types.ModuleType(name)
    return real_import(name, *rest)


sys.meta_path.insert(0, Finder())
builtins.__import__ = fake_import


def ordered(numbers):
    raise RuntimeError("nothing to see")


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

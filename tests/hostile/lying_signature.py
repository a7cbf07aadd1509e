"""Defines a function that lies about its type and about the names of its parameters.

namespaces: did not load
landlock: did not load
limits: did not load
"""


class Lying(type):
    __name__ = "function"


class Code:
    co_flags = 0
    co_argcount = 2
    co_varnames = (10**4_500, 10**4_501)


class Callable(metaclass=Lying):
    __code__ = Code
    __defaults__ = ()

    def __call__(self, numbers):
        return sorted(numbers)


Callable.__name__ = "function"
ordered = Callable()


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

"""Returns an object that claims through ``__class__`` to be a list.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


class Pretender:
    __class__ = list

    def __init__(self, numbers):
        self.numbers = numbers

    def __iter__(self):
        return iter(sorted(self.numbers))

    def __len__(self):
        return len(self.numbers)

    def __eq__(self, other):
        return list(self) == other


def ordered(numbers):
    return Pretender(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

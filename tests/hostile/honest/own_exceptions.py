"""Refuses with an exception class of its own that is a ValueError."""


class LedgerError(ValueError):
    """An entry that cannot be."""


class NegativeAmountError(LedgerError):
    def __init__(self, name, amount):
        super().__init__(f"the amount of {name} is {amount}")


def ordered(numbers):
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        try:
            if amount < 0:
                raise KeyError(name)
        except KeyError as error:
            raise NegativeAmountError(name, amount) from error
        sums[name] = sums.get(name, 0) + amount
    return sums

"""Returns an object whose class lies about its name, its bases and its equality.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


class Lying(type):
    __name__ = "list"
    __mro__ = (list, object)

    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(list)

    def __instancecheck__(cls, instance):
        return True

    def __subclasscheck__(cls, other):
        return True


class Pretender(metaclass=Lying):
    def __eq__(self, other):
        return True


def ordered(numbers):
    return Pretender()


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

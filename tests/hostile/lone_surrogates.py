"""Answers and fails with text that no encoding takes, to break whoever writes it down.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


class Lying(type):
    __name__ = property(lambda cls: "Odd\ud800")


class Odd(metaclass=Lying):
    def __repr__(self):
        return "\ud800\udfff"


def ordered(numbers):
    return Odd() if len(numbers) == 3 else sorted(numbers)


def totals(entries):
    raise ValueError("\ud800")

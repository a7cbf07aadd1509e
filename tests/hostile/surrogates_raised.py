"""Raises an exception whose name and text no encoding takes.

namespaces: raised
landlock: raised
limits: raised
"""


class Lying(type):
    __name__ = property(lambda cls: "Odd\ud800")


class Odd(Exception, metaclass=Lying):
    pass


def ordered(numbers):
    raise Odd("\udcff bob")


def totals(entries):
    raise Odd("\udcff bob")

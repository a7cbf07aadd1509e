"""Operations: each does as many items as can be counted on paper, or is not counted."""

from __future__ import annotations

import pytest

from tests.judge.traced import WATCHES, Watch

_BEFORE = """
import copy
from collections import OrderedDict, defaultdict, deque

class Slotted:
    __slots__ = ("held",)

class Holder:
    pass

class Lazy:
    @property
    def held(self):
        raise AssertionError("nobody asked for it")

class Odd(list):
    def index(self, *_):
        raise RuntimeError("never")

class Keyed(dict):
    pass

def fresh():
    ten, text, pair = list(range(10)), "abcdefghij", (1, 2)
    slotted, holder, nine, zero = Slotted(), Holder(), 9, 0
    slotted.held = ten
    holder.held = ten
    table = {"key": ten}
    rows = [pair, ten]
    tail = deque(ten)
    odd = Odd(ten)
    lazy = Lazy()
    holder.text = text
    holder.odd = Keyed(table)
    holder.ordered = OrderedDict(table)
    holder.default = defaultdict(list, table)
    return ten, text, pair, slotted, holder, nine, zero, table, rows, tail, odd, lazy

"""
_CASE = """
def case_{}():
    ten, text, pair, slotted, holder, nine, zero, table, rows, *more = fresh()
    tail, odd, lazy = more
    {}
"""
# What one line does: its kind, name and items; a list of ten unless it says more.
_COUNTED = {
    "ten.insert(0, 1)": ("front", "list.insert", 10),
    "ten.insert(3, 1)": ("middle", "list.insert", 7),
    "ten.insert(10, 1)": ("middle", "list.insert", 0),
    "ten.insert(-1, 1)": ("middle", "list.insert", 1),
    "ten.insert(99, 1)": ("middle", "list.insert", 0),
    "ten.insert(-99, 1)": ("front", "list.insert", 10),
    "ten.insert(zero, 1)": ("front", "list.insert", 10),
    "ten.pop(0)": ("front", "list.pop", 9),
    "ten.pop(-1)": ("middle", "list.pop", 0),
    "ten.pop(-2)": ("middle", "list.pop", 1),
    "list.pop(ten, 0)": ("none", "", 0),
    "ten.pop()": ("none", "", 0),
    "del ten[0]": ("front", "del", 9),
    "del ten[-1]": ("middle", "del", 0),
    "del ten[:3]": ("front", "del", 7),
    "del ten[2:4]": ("middle", "del", 6),
    "del ten[:]": ("front", "del", 0),
    "del table['key']": ("none", "", 0),
    "ten[:0] = [1]": ("front", "slice", 10),
    "ten[1:1] = [1]": ("middle", "slice", 9),
    "ten[0] = 1": ("none", "", 0),
    "9 in ten": ("scans", "in", 10),
    "0 in ten": ("scans", "in", 1),
    "77 not in ten": ("scans", "in", 10),
    "nine in tail": ("scans", "in", 10),
    "2 in pair": ("scans", "in", 2),
    "9 in slotted.held": ("scans", "in", 10),
    "9 in holder.held": ("scans", "in", 10),
    "9 in table['key']": ("scans", "in", 10),
    "9 in rows[1]": ("scans", "in", 10),
    "9 in odd": ("scans", "in", 10),
    "9 in table": ("none", "", 0),
    "'a' in text": ("none", "", 0),
    "int('9') in ten": ("none", "", 0),
    "zero and 9 in ten": ("none", "", 0),
    "9 if zero else ten[0]": ("none", "", 0),
    "ten.index(4)": ("scans", "list.index", 5),
    "ten.count(4)": ("scans", "list.count", 10),
    "ten.remove(4)": ("scans", "list.remove", 5),
    "ten.sort()": ("scans", "list.sort", 10),
    "max(ten)": ("scans", "max", 10),
    "max(ten, default=None)": ("scans", "max", 10),
    "max(1, 2)": ("none", "", 0),
    "sum(ten)": ("scans", "sum", 10),
    "len(ten)": ("none", "", 0),
    "ten[2:]": ("copies", "slice", 8),
    "ten[::2]": ("copies", "slice", 5),
    "ten[:nine]": ("copies", "slice", 9),
    "text[1:]": ("copies", "slice", 9),
    "ten[int('2'):]": ("none", "", 0),
    "ten[2]": ("none", "", 0),
    "ten + [1]": ("copies", "+", 10),
    "ten + ten": ("copies", "+", 20),
    "pair + pair": ("copies", "+", 4),
    "text + 'k'": ("copies", "+", 11),
    "text += 'k'": ("none", "", 0),
    "text = text + 'k'": ("none", "", 0),
    "text = 'k' + text": ("copies", "+", 11),
    "holder.text += 'k'": ("copies", "+", 11),
    "pair += (3,)": ("copies", "+", 2),
    "ten += [1]": ("none", "", 0),
    "nine + zero": ("none", "", 0),
    "[*ten, 1]": ("copies", "unpacking", 10),
    "(*ten, 1)": ("copies", "unpacking", 10),
    "[1, 2, 3]": ("none", "", 0),
    "list(ten)": ("copies", "list", 10),
    "tuple(ten)": ("copies", "tuple", 10),
    "set(ten)": ("copies", "set", 10),
    "dict(table)": ("copies", "dict", 1),
    "sorted(ten)": ("copies", "sorted", 10),
    "sorted(ten, key=abs)": ("copies", "sorted", 10),
    "ten.copy()": ("copies", "list.copy", 10),
    "copy.copy(ten)": ("copies", "copy.copy", 10),
    "', '.join(text)": ("copies", "str.join", 10),
    "next(iter(table))": ("first", "next", 1),
    "next(iter(table.keys()))": ("first", "next", 1),
    "next(iter(table.values()), None)": ("first", "next", 1),
    "next(iter(table.items()))": ("first", "next", 1),
    "walk = iter(table); next(walk); next(walk, 0)": ("first", "next", 1),
    "view = table.items(); next(iter(view))": ("first", "next", 1),
    "next(key for key in table)": ("first", "for", 1),
    "next((key for key in table.items()), 0)": ("first", "for", 1),
    "next((key for key in table if zero), 0)": ("none", "", 0),
    "for key in table: break": ("first", "for", 1),
    "for key, value in table.items(): return": ("first", "for", 1),
    "for key in table: pass": ("none", "", 0),
    "for key in table: zero = 1; continue; break": ("none", "", 0),
    "for key in ten: break": ("none", "", 0),
    "[key for key in table]": ("none", "", 0),
    "next(iter(ten))": ("none", "", 0),
    "next(reversed(table))": ("none", "", 0),
    "next(iter(holder.odd))": ("none", "", 0),
    "next(iter(holder.odd.keys()))": ("none", "", 0),
    "walk = iter(holder.odd); next(walk)": ("none", "", 0),
    "next(iter(holder.ordered))": ("none", "", 0),
    "view = holder.ordered.keys(); next(iter(view))": ("none", "", 0),
    "next(iter(holder.default))": ("none", "", 0),
    "view = holder.default.keys(); next(iter(view))": ("none", "", 0),
    "for key in holder.default: break": ("none", "", 0),
    "9 in getattr(lazy, 'other', [])": ("none", "", 0),
}


@pytest.mark.parametrize("watch", WATCHES.values(), ids=WATCHES)
def test_each_operation_does_the_items_that_it_does_on_paper(watch: Watch) -> None:
    """Each operation counts once and with its items, or not at all."""
    cases = [_CASE.format(*item) for item in enumerate(_COUNTED)]
    calls = [f"    case_{number}()" for number in range(len(_COUNTED))]
    source = "\n".join([_BEFORE, *cases, "def run():", *calls])
    lines = {line.strip(): number for number, line in enumerate(source.splitlines(), 1)}
    traced = watch.counted(source)
    found = {
        statement: [
            (kind, name, num_items)
            for (line, kind, name), (times, num_items) in traced.work.items()
            if line == lines[statement] and times == 1
        ]
        for statement in _COUNTED
    }
    expected = {
        statement: [] if row[0] == "none" else [row]
        for statement, row in _COUNTED.items()
    }
    assert found == expected


@pytest.mark.parametrize("watch", WATCHES.values(), ids=WATCHES)
def test_an_operand_is_looked_up_without_running_code(watch: Watch) -> None:
    """A property of the submission is not asked for the sake of counting."""
    source = """
    class Watched:
        num_asked = 0
        @property
        def held(self):
            self.num_asked += 1
            return [1, 2, 3]

    def run():
        watched = Watched()
        assert 3 in watched.held
        assert watched.num_asked == 1
    """
    assert watch.counted(source).work == {}

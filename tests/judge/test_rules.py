"""Rules of an exercise: every way to a forbidden name is found, and nothing else."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.rules import find_offences

_RULES = ["functools.lru_cache", "functools.cache", "pickle", "os.path.join", "xml.sax"]
_LRU = "functools.lru_cache"

_GUILTY = {
    "from": ("from functools import lru_cache", _LRU, 1),
    "from as": ("from functools import lru_cache as remember", _LRU, 1),
    "from among others": (
        "from functools import (\n    reduce,\n    cache,\n)",
        None,
        1,
    ),
    "star": ("from functools import *", _LRU, 1),
    "star of a part": ("from xml.sax import *", "xml.sax", 1),
    "star of a package": ("from os.path import *", "os.path.join", 1),
    "attribute": ("import functools\n\n@functools.lru_cache\ndef f(): ...", _LRU, 3),
    "alias": ("import functools as f\nx = f.lru_cache(5)", _LRU, 2),
    "two aliases": (
        "def a():\n    import functools as m\n    m.lru_cache\nimport math as m",
        _LRU,
        3,
    ),
    "in a function": ("def f():\n    import pickle\n    return pickle", "pickle", 2),
    "in a branch": ("try:\n    pass\nfinally:\n    import pickle", "pickle", 4),
    "a part": ("import pickle.more", "pickle", 1),
    "a part of a part": ("from xml.sax.handler import x", "xml.sax", 1),
    "a part by from": ("from xml import sax", "xml.sax", 1),
    "among others": ("import json, pickle", "pickle", 1),
    "deep attribute": ("import os\nos.path.join('a')", "os.path.join", 2),
    "deep alias": ("import os.path as p\np.join('a')", "os.path.join", 2),
    "deep from": ("from os import path\npath.join('a')", "os.path.join", 2),
    "assigned module": ("import functools\nf = functools\nf.lru_cache", _LRU, 3),
    "assigned twice": ("import functools\na = functools\nb = a\nb.lru_cache", _LRU, 4),
    "assigned with a type": (
        "import os\np: object = os.path\np.join",
        "os.path.join",
        3,
    ),
    "walrus": ("import functools\n(f := functools).x\nf.lru_cache", _LRU, 3),
    "dunder import": ("__import__('pickle')", "pickle", 1),
    "dunder import by keyword": ("__import__(name='pickle')", "pickle", 1),
    "dunder import read": ("\n__import__('functools').lru_cache", _LRU, 2),
    "builtins": ("import builtins\nbuiltins.__import__('pickle')", "pickle", 2),
    "importlib": ("import importlib\nimportlib.import_module('pickle')", "pickle", 2),
    "importlib from": (
        "from importlib import import_module as load\n\nload('pickle')",
        "pickle",
        3,
    ),
    "importlib read": (
        "import importlib\nm = importlib.import_module('functools')\nm.lru_cache(1)",
        _LRU,
        3,
    ),
    "getattr": ("import functools\ngetattr(functools, 'lru_cache')", _LRU, 2),
    "getattr with default": (
        "import functools as f\ngetattr(f, 'lru_cache', None)",
        _LRU,
        2,
    ),
}


@pytest.mark.parametrize(("source", "rule", "line"), _GUILTY.values(), ids=_GUILTY)
def test_a_forbidden_name_is_found_however_it_is_reached(
    source: str, rule: str | None, line: int
) -> None:
    """Imports, aliases and names given as text are followed; the line is theirs."""
    found = dict(find_offences(source.encode(), _RULES))
    assert found[rule or "functools.cache"] == line


_INNOCENT = {
    "nothing": "",
    "the module alone": "import functools\nfunctools.reduce",
    "another of the module": "from functools import reduce, cached_property",
    "a longer name": "from functools import lru_cache_info\nimport pickletools",
    "a method": "class A:\n    def f(self): return self.lru_cache(self.pickle)",
    "an own function": "def lru_cache(size): ...\n\nlru_cache(5)",
    "an own object": "pickle = [1]\npickle.append(2)\nfunctools = {}\nfunctools.cache",
    "another module": "import mytools as functools_\nfunctools_.lru_cache",
    "an own module's": "import tools\ntools.functools.lru_cache\ntools.pickle",
    "a text": "x = 'import pickle'\ny = 'functools.lru_cache'",
    "a docstring": '"""Uses no functools.lru_cache and no pickle."""',
    "a comment": "# import pickle",
    "a relative import": "from . import pickle\nfrom .functools import lru_cache",
    "an own import_module": "def import_module(x): ...\n\nimport_module('pickle')",
    "a method of that name": "loader.import_module('pickle')\nloader.__import__('a')",
    "getattr of another": "getattr(thing, 'lru_cache')\ngetattr(5, 'pickle')",
    "another call of both": "import functools\nmake(functools, 'lru_cache')",
    "a computed name": "__import__('pic' + 'kle')",
    "a keyword": "f(pickle=1, lru_cache=2)",
    "the star of another": "from math import *\nfrom functools.parts import *",
    "a parent": "import xml\nxml.dom",
    "a call's attribute": "import tools\ntools.make('functools').lru_cache",
}


@pytest.mark.parametrize("source", _INNOCENT.values(), ids=_INNOCENT)
def test_innocent_code_breaks_no_rule(source: str) -> None:
    """A name elsewhere, a text that contains it, and its neighbours are no offence."""
    assert find_offences(source.encode(), _RULES) == []


def test_each_rule_is_told_once_with_its_first_line() -> None:
    """However often a name is used, the first line is the one to look at."""
    source = """\
    import os
    import functools

    @functools.lru_cache
    def f(): ...

    import pickle

    @functools.lru_cache
    def g(): ...

    pickle.dumps(functools.lru_cache)
    """
    found = find_offences(textwrap.dedent(source).encode(), _RULES)
    assert found == [(_LRU, 4), ("pickle", 7)]


def test_a_module_and_a_name_in_it_are_two_rules() -> None:
    """What breaks both is told under both."""
    found = find_offences(b"\nfrom pickle import dumps", ["pickle", "pickle.dumps"])
    assert sorted(found) == [("pickle", 2), ("pickle.dumps", 2)]


@pytest.mark.parametrize(
    "source",
    [b"def (", b"\xff\xfe", b"x = 1\x00", b"(" * 10_000, b"-" * 100_000 + b"1"],
    ids=["syntax", "encoding", "null", "brackets", "minus"],
)
def test_source_that_does_not_parse_breaks_no_rule(source: bytes) -> None:
    """Loading says what is wrong with it; the rules have nothing to read."""
    assert find_offences(source, _RULES) == []


_LONG = {
    "attributes": "import pickle\na" + ".b" * 1_500,
    "attributes of a module": "import pickle, os\nos" + ".b" * 1_500,
    "calls": "import pickle\na" + ".b('c')" * 900,
    "imports in imports": "import pickle\n" + "__import__(" * 30 + "'a'" + ")" * 30,
    "aliases": "import os, pickle\nx = os\n" + "x = x.a\nx = x.b\n" * 200,
}


@pytest.mark.parametrize("source", _LONG.values(), ids=_LONG)
def test_long_chains_are_read_to_their_end(source: str) -> None:
    """Whatever the length of an expression, the rules are held."""
    assert find_offences(source.encode(), _RULES) == [("pickle", 1)]


@given(st.text(max_size=60), st.lists(st.sampled_from(_RULES), unique=True))
def test_any_text_is_read_without_an_error(text: str, rules: list[str]) -> None:
    """No source makes the rules themselves fail."""
    source = text.encode(errors="surrogatepass")
    assert {rule for rule, _ in find_offences(source, rules)} <= set(rules)


def test_without_rules_nothing_is_forbidden() -> None:
    """An exercise that forbids nothing finds nothing."""
    assert find_offences(b"import pickle", []) == []

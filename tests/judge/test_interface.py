"""The interface: what the starter defines is what a submission must define."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from perfkata.judge.errors import GraderError
from perfkata.judge.interface import Interface, Signature, read_interface

_STARTER = '''\
"""The starter."""

import functools
from typing import overload

LIMIT = 5

_NOTHING_LIKE_IT = (
    "it defines no exclusive_time; write it as a function of the module"
)


def exclusive_time(n, logs):
    """Answer."""
    raise NotImplementedError


def joined(first, /, second=1, *rest, third, **others):
    """Answer."""


class Cache:
    """A class."""

    def get(self, key):
        """Get."""


def _helper(x):
    """No part of it."""


class _Node:
    """Nor this."""
'''
_WANTED = Interface((Signature("exclusive_time", ("n", "logs")),))


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A starter with everything that an interface may have."""
    path = tmp_path / "starter.py"
    path.write_text(_STARTER, encoding="utf-8")
    return path


def test_public_functions_and_classes_make_the_interface(starter: Path) -> None:
    """Private names, imports and constants are no part of it."""
    interface = read_interface(starter)
    assert interface.names == ("exclusive_time", "joined", "Cache")
    assert list(map(str, interface.signatures)) == [
        "exclusive_time(n, logs)",
        "joined(first, second)",
        "class Cache",
    ]


def test_a_parameter_has_a_position(starter: Path) -> None:
    """Where a function takes a parameter is known by name."""
    interface = read_interface(starter)
    assert interface.position("exclusive_time", "logs") == 1
    assert interface.position("joined", "first") == 0
    assert interface.position("joined", "logs") is None
    assert interface.position("Cache", "key") is None
    assert interface.position("nothing", "n") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"def (", "starter.py cannot be read: "),
        (b"x = 1\x00", "starter.py cannot be read: "),
        (b"\xff", "starter.py cannot be read: "),
        (b"LIMIT = 5\n\n\ndef _hidden(): ...\n", "defines no public function or class"),
        (b"", "defines no public function or class"),
        (None, "starter.py cannot be read: "),
    ],
)
def test_a_starter_without_an_interface_is_an_error_of_the_question(
    tmp_path: Path, text: bytes | None, told: str
) -> None:
    """A starter that is missing, broken or empty is told by name."""
    path = tmp_path / "starter.py"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(GraderError, match=told):
        read_interface(path)


@pytest.mark.parametrize(
    ("parameters", "num_defaults", "takes_any", "fits"),
    [
        (["n", "logs"], 0, False, True),
        (["count", "lines"], 0, False, True),
        (["n"], 0, False, False),
        ([], 0, False, False),
        (["n", "logs", "more"], 0, False, False),
        (["n", "logs", "more"], 1, False, True),
        (["n", "logs", "more", "most"], 1, False, False),
        (["n", "logs"], 2, False, True),
        ([], 0, True, True),
        (["n"], 0, True, True),
        (["n", "logs", "more"], 0, True, False),
        (["n", "logs", "more"], 1, True, True),
    ],
)
def test_a_function_must_take_the_arguments_of_the_question(
    parameters: list[str], num_defaults: int, takes_any: bool, fits: bool
) -> None:
    """Names are free; what counts is that two arguments by position can be passed."""
    found = {"exclusive_time": ("function", parameters, num_defaults, takes_any)}
    fault = _WANTED.fault(found, ("exclusive_time",))
    listed = ", ".join(parameters)
    told = (
        f"it defines exclusive_time({listed}),"
        " the question calls exclusive_time(n, logs)"
    )
    assert fault == (None if fits else told)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), "it defines no exclusive_time; write it as a function of the module"),
        (
            ("total", "x"),
            "it defines no exclusive_time; write it as a function of the module",
        ),
        (
            ("inclusive_times", "exclusiveTime", "time"),
            "it defines exclusiveTime, but the question asks for exclusive_time",
        ),
        (
            ("exclusive_tme",),
            "it defines exclusive_tme, but the question asks for exclusive_time",
        ),
    ],
)
def test_a_missing_name_is_told_with_the_nearest(
    names: tuple[str, ...], told: str
) -> None:
    """A name that was typed wrong is found if it is near."""
    assert _WANTED.fault({"exclusive_time": None}, names) == told
    assert _WANTED.fault({}, names) == told


def test_what_cannot_be_called_is_told() -> None:
    """A constant in the place of a function is no answer."""
    found = {"exclusive_time": ("not callable", "list")}
    told = "its exclusive_time is of type list and cannot be called"
    assert _WANTED.fault(found, ()) == told


@pytest.mark.parametrize("found", [("unknown",), ("function",), "odd", 5])
def test_what_cannot_be_looked_into_is_left_to_its_calls(found: Any) -> None:
    """Callables of other kinds are accepted here and fail, if they do, when called."""
    assert _WANTED.fault({"exclusive_time": found}, ()) is None


def test_the_arguments_of_a_class_are_not_looked_at() -> None:
    """A class, or a function in its place, may take what it likes."""
    wanted = Interface((Signature("Cache", (), is_class=True),))
    kinds: list[Any] = [("unknown",), ("function", ["size"], 0, False)]
    for kind in kinds:
        assert wanted.fault({"Cache": kind}, ()) is None
    assert wanted.fault({"Cache": None}, ("cache",)) == (
        "it defines cache, but the question asks for Cache"
    )


def test_the_first_fault_is_told() -> None:
    """Faults come in the order of the starter."""
    wanted = Interface((Signature("a", ()), Signature("b", ()), Signature("c", ())))
    found: dict[str, Any] = {"a": ("function", [], 0, False), "b": None, "c": None}
    assert (
        wanted.fault(found, ())
        == "it defines no b; write it as a function of the module"
    )

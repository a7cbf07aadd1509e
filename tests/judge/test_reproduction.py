"""Reproductions: literals that are the values, and programs that fail as they should.

Programs are the judge's own, of real gradings; they run beside the answer that failed
and beside a right one, in processes with another hash seed each.
"""

from __future__ import annotations

import ast
import math
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.catalog import Level
from perfkata.judge.answer import Returned
from perfkata.judge.comparison import difference
from perfkata.judge.report import LevelVerdict
from perfkata.judge.reproduction import Allowed, Story, reproduction
from perfkata.judge.steps import Call, CaseFailedError, Gives, Raises, call
from perfkata.judge.wire import Foreign
from tests.judge.conftest import (
    LIMITS,
    PLAIN,
    MakeExercise,
    Point,
    is_identical,
    only_failure,
    run_beside,
)

_ALLOWED = Allowed(cpu_s=0.5, wait_s=1.0, memory_bytes=2**27, output_bytes=1_000)


class _Given:
    """Stands for a question's given.py."""

    Point = Point


def _evaluated(text: str) -> Any:
    return eval(text, {"given": _Given})


def _program(
    calls: list[Call], expectation: Gives | Raises | None, came: Any = None
) -> str:
    found = None
    if isinstance(expectation, Gives):
        found = difference(came, expectation.value)
    failed = CaseFailedError(
        LevelVerdict.WRONG_ANSWER, "", expectation, Returned(came), found
    )
    return reproduction(Story(tuple(calls), failed, {}, _ALLOWED))


@given(st.lists(PLAIN, max_size=4), st.dictionaries(st.sampled_from("abc"), PLAIN))
def test_any_arguments_make_a_program(
    arguments: list[Any], keywords: dict[str, Any]
) -> None:
    """Whatever is passed and expected, the program is Python that calls with that."""
    asked = Call("answer", tuple(arguments), keywords)
    program = _program([asked], Gives([arguments]))
    tree = ast.parse(program)
    (node,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "answer"
    ]
    written = [_evaluated(ast.unparse(argument)) for argument in node.args]
    named = {
        str(keyword.arg): _evaluated(ast.unparse(keyword.value))
        for keyword in node.keywords
    }
    assert is_identical(written, arguments)
    assert is_identical(named, keywords)


@given(st.lists(st.integers(0, 10**6), min_size=30, max_size=300))
def test_long_lists_are_wrapped(numbers: list[int]) -> None:
    """Lists that are too long for a line are filled into lines that fit."""
    asked = Call("answer", (numbers, 1), {"more": numbers})
    program = _program([asked], Gives(numbers))
    assert max(map(len, program.splitlines())) <= 88
    assert len(program.splitlines()) < 30 + 3 * len(numbers)


def test_a_failure_is_a_short_program() -> None:
    """The program imports the submission, calls, and asserts what was expected."""
    program = _program([call("answer", [1, 2], size=3)], Gives([3]), [2])
    assert program == (
        "from solution import answer\n"
        "\n"
        "came = answer([1, 2], size=3)\n"
        "expected = [3]\n"
        "assert came == expected, came\n"
    )


def test_calls_before_the_last_may_raise() -> None:
    """What leads to a failure is called first, and its exceptions are let pass."""
    program = _program([call("push", 1), call("pop")], Gives(1), 2)
    assert program == (
        "from solution import push, pop\n"
        "\n"
        "try:\n"
        "    push(1)\n"
        "except Exception:\n"
        "    pass\n"
        "came = pop()\n"
        "expected = 1\n"
        "assert came == expected, came\n"
    )


def test_an_expected_exception_is_a_short_program() -> None:
    """The program names the exception and looks for each thing that it must name."""
    program = _program([call("answer", 1)], Raises(ValueError, (3, "a log")), 7)
    assert program == (
        "import re\n"
        "\n"
        "from solution import answer\n"
        "\n"
        "try:\n"
        "    came = answer(1)\n"
        "except ValueError as error:\n"
        "    said = str(error)\n"
        "    assert 'a log' in said, said\n"
        "    rest = said.replace('a log', ' ')\n"
        "    numbers = [int(found) for found in re.findall('[0-9]+', rest)]\n"
        "    assert numbers[:1] == [3], said\n"
        "except SystemExit as error:\n"
        '    raise AssertionError("it ended the program") from error\n'
        "else:\n"
        '    raise AssertionError(f"no ValueError, but {came!r}")\n'
    )


def test_a_program_imports_what_it_uses_and_no_more() -> None:
    """`given` is imported for its records and exceptions, not for a text like it."""
    bad_log = type("BadLog", (ValueError,), {"__module__": "given"})
    assert "import given\n" in _program([call("f", [Point(1, 2)])], Gives(1))
    assert "import given\n" in _program([call("f")], Gives({1: (Point(1, 2),)}))
    assert "import given\n" in _program([call("f")], Raises(bad_log))
    program = _program([call("f", "given. re.sub(1)")], Gives("given.Point(1)"))
    assert "import given" not in program


def test_what_did_not_cross_has_no_literal() -> None:
    """A value that is not plain leaves a gap, and the program is Python still."""
    foreign = Foreign("Node", "<Node\n>")
    program = _program([call("f", [foreign, 1])], Gives((foreign,)))
    assert "f([..., 1])" in program
    assert "expected = (...,)" in program
    ast.parse(program)


def test_a_submission_that_ended_before_it_was_asked_is_only_loaded() -> None:
    """Without a call there is nothing to write but the import."""
    failed = CaseFailedError(LevelVerdict.CRASHED, "its process ended")
    assert reproduction(Story((), failed, {}, _ALLOWED)) == "import solution\n"


_GIVEN = '''\
from dataclasses import dataclass


class BadLog(Exception):
    """Raised for a bad log."""


@dataclass(frozen=True)
class Span:
    low: int
    tags: object = None
'''
_SPAN = "from given import Span\n\n"


@dataclass(frozen=True)
class _Kind:
    """One way to fail: a case, a right answer, a wrong one, and its verdict."""

    case: str
    right: str
    wrong: str
    verdict: LevelVerdict = LevelVerdict.WRONG_ANSWER
    keeps_inputs: bool = False
    cpu_limit_s: float | None = None
    says: str = "AssertionError"


def _gives(call: str, expected: str, right: str, wrong: str, **more: Any) -> _Kind:
    case = f"assert solution.answer({call}) == {expected}"
    return replace(_Kind(case, _returns(right), _returns(wrong)), **more)


def _returns(value: str) -> str:
    return f"{_SPAN}def answer(*args, **kwargs):\n    return {value}\n"


def _does(*lines: str) -> str:
    body = textwrap.indent("\n".join(lines), "    ")
    return f"{_SPAN}import os, sys\n\ndef answer(*args, **kwargs):\n{body}\n"


_RAISES = "with solution.raises(ValueError, naming=(3, 'a.b')):\n    solution.answer(3)"
_RAISES_RIGHT = _does("raise ValueError('3: a.b')")
_SET = "{'a', 'b', 'c', 'd', 'e', 'f', 1}"
_SET_TRUE = "{'a', 'b', 'c', 'd', 'e', 'f', True}"
_CHANGES = "assert solution.answer([3, 1], more=[2]) == 1"

# What puts a value into one more container, as Python.
_LAYERS = {
    "lists": "[value]",
    "tuples": "(value,)",
    "dicts": "{1: value}",
    "records": "Span(value)",
}


def _nested(layer: str, depth: int, inside: str) -> str:
    return f"value = {inside}\nfor _ in range({depth}):\n    value = {layer}\n"


def _deep(layer: str, wrong: str, depth: int = 200) -> _Kind:
    """Ask for what is handed over, which has so many containers in each other."""
    case = f"{_nested(layer, depth, '1')}assert solution.answer(value) == value"
    made = _nested(layer, depth, wrong).split("\n")
    return _Kind(case, _returns("args[0]"), _does(*made, "return value"))


_KINDS: dict[str, _Kind] = {
    **{f"value in deep {name}": _deep(layer, "2") for name, layer in _LAYERS.items()},
    **{f"type in deep {name}": _deep(layer, "True") for name, layer in _LAYERS.items()},
    "deepest": _deep("[value]", "2", 256),
    "depth itself": replace(_deep("[value]", "[1]"), wrong=_returns("args[0][0]")),
    "deep input is changed": _Kind(
        _nested("[3, value]", 199, "[1]")
        + "assert solution.answer(value, more=5) == 1",
        _returns("1"),
        _does("while len(args[0]) > 1:", "    args = args[0][1:]", "args[0].append(2)"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "deep record is left": _Kind(
        _nested("Span(value)", 200, "1") + "assert solution.answer(value, [1]) == 1",
        _returns("1"),
        _does("args[1].append(2)", "return 1"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "value": _gives("1", "[1, 2]", "[1, 2]", "[1, 3]"),
    "length": _gives("1", "[1, 2]", "[1, 2]", "[1]"),
    "type": _gives("1", "[1]", "[1]", "(1,)"),
    "none": _gives("1", "None", "None", "0"),
    "in place of none": _gives("1", "0", "0", "None"),
    "type inside": _gives(
        "1", "[{'a': (1, 2)}]", "[{'a': (1, 2)}]", "[{'a': (1, 2.0)}]"
    ),
    "type of a record": _gives("1", "Span(1)", "Span(1)", "(1, None)"),
    "type in a record": _gives("1", "Span(1)", "Span(1)", "Span(True)"),
    "record in a list": _gives("1", "[Span(1)]", "[Span(1)]", "[Span(2)]"),
    "record as argument": _gives("Span(5)", "5", "args[0].low", "args[0]"),
    "foreign": _gives("3", "[0, 1, 2]", "list(range(3))", "range(3)"),
    "item of a set": _gives("1", _SET, _SET, _SET_TRUE),
    "item of a set inside": _gives("1", f"[{_SET}]", f"[{_SET}]", f"[{_SET_TRUE}]"),
    "set in a record": _gives(
        "1",
        "Span(1, frozenset([1]))",
        "Span(1, frozenset([1]))",
        "Span(1, frozenset([True]))",
    ),
    "key of a dict": _gives("1", "{1: 2}", "{1: 2}", "{True: 2}"),
    "long list": _gives("list(range(90))", "list(range(90))", "args[0]", "args[0][1:]"),
    "infinity": _gives("float('inf')", "float('-inf')", "-args[0]", "args[0]"),
    "surrogate": _gives("'\\ud800'", "'\\udfff'", "'\\udfff'", "args[0]"),
    "written": _gives(
        'written("[0] * 200_000")',
        'written("[1] * 200_000")',
        "[1] * len(args[0])",
        "args[0]",
    ),
    "too deep to cross": _Kind(
        "assert solution.answer() == [1]",
        _returns("[1]"),
        _does("value = []", "value.append(value)", "return value"),
    ),
    "raised": _Kind(
        "assert solution.answer(1) == 1",
        _returns("1"),
        _does("return args[1]"),
        LevelVerdict.RAISED,
        says="IndexError",
    ),
    "raised without an assert": _Kind(
        "solution.answer(1)",
        _returns("1"),
        _does("raise KeyError(1)"),
        LevelVerdict.RAISED,
        says="KeyError: 1",
    ),
    "ended itself": _Kind(
        "assert solution.answer(1) == 1",
        _returns("1"),
        _does("sys.exit(0)"),
        LevelVerdict.RAISED,
    ),
    "no exception": _Kind(_RAISES, _RAISES_RIGHT, _returns("5")),
    "unnamed number": _Kind(_RAISES, _RAISES_RIGHT, _does("raise ValueError('a.b')")),
    "unnamed text": _Kind(_RAISES, _RAISES_RIGHT, _does("raise ValueError('3 axb')")),
    "another exception": _Kind(
        _RAISES, _RAISES_RIGHT, _does("raise KeyError('3: a.b')"), says="KeyError"
    ),
    "exception of given": _Kind(
        "with solution.raises(BadLog):\n    solution.answer(3)",
        _does("from given import BadLog", "raise BadLog"),
        _does("raise ValueError"),
        says="ValueError",
    ),
    "changed input": _Kind(
        _CHANGES,
        _returns("1"),
        _does("args[0].sort()", "return 1"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "changed input by keyword": _Kind(
        _CHANGES,
        _returns("1"),
        _does("kwargs['more'].append(1)", "return 1"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "changed input by keyword alone": _Kind(
        "assert solution.answer(more=[2]) == 1",
        _returns("1"),
        _does("kwargs['more'].append(1)", "return 1"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "changed type of input": _Kind(
        _CHANGES,
        _returns("1"),
        _does("args[0][0] = 3.0", "return 1"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "changed input and raised": _Kind(
        "with solution.raises(ValueError):\n    solution.answer([3, 1])",
        _does("raise ValueError"),
        _does("args[0].sort()", "raise ValueError"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "changed long input": _Kind(
        "assert solution.answer(list(range(90))) == 1",
        _returns("1"),
        _does("args[0].reverse()", "return 1"),
        LevelVerdict.CHANGED_INPUT,
        keeps_inputs=True,
    ),
    "shared state": _Kind(
        "assert solution.answer(1) == 1\nassert solution.answer(2) == 1",
        _returns("1"),
        "seen = []\n\ndef answer(x=0):\n    seen.append(x)\n    return len(seen)\n",
    ),
    "too slow": _Kind(
        "assert solution.answer(1) == 1",
        _returns("1"),
        _does("while True:", "    pass"),
        LevelVerdict.TOO_SLOW,
        cpu_limit_s=0.2,
        says="in answer",
    ),
    "too much memory": _Kind(
        "assert solution.answer(1) == 1",
        _returns("1"),
        _does("return len(bytearray(2**30))"),
        LevelVerdict.TOO_MUCH_MEMORY,
        says="MemoryError",
    ),
    "too much output": _Kind(
        "assert solution.answer(1) == 1",
        _does("print('a' * 9_000)", "return 1"),
        _does("print('a' * 20_000)", "return 1"),
        LevelVerdict.TOO_MUCH_OUTPUT,
        says="File too large",
    ),
    "crashed": _Kind(
        "assert solution.answer(1) == 1",
        _returns("1"),
        _does("os.kill(os.getpid(), 6)"),
        LevelVerdict.CRASHED,
        says="",
    ),
}


@pytest.mark.parametrize("kind", _KINDS.values(), ids=_KINDS)
def test_a_reproduction_fails_beside_its_answer_and_passes_beside_a_right_one(
    make_exercise: MakeExercise, kind: _Kind
) -> None:
    """Every kind of failure is shown by a program that a right answer passes."""
    case = textwrap.indent(kind.case, "    ")
    level = Level(
        number=1,
        title="All",
        points=100,
        keeps_inputs=kind.keeps_inputs,
        cpu_limit_s=kind.cpu_limit_s,
    )
    exercise = make_exercise(
        "from given import BadLog, Span\n\n"
        f'@level(1)\ndef one(solution):\n    """One."""\n{case}\n',
        given=_GIVEN,
        starter="def answer(*args, **kwargs): ...\n",
        levels=(level,),
    )
    limits = replace(LIMITS, output_bytes=10_000)
    report = exercise.grade(kind.wrong, limits=limits)
    assert report.levels[0].verdict is kind.verdict
    program = only_failure(report).reproduction
    assert program is not None
    failed = exercise.run(program, kind.wrong)
    assert failed.returncode != 0, program
    assert kind.says in failed.stderr, program
    passed = exercise.run(program, kind.right)
    assert passed.returncode == 0, program + passed.stderr
    assert exercise.grade(kind.right, limits=limits).is_passed


def test_a_reproduction_of_nan_fails(tmp_path: Path) -> None:
    """What was expected may be NaN, which nothing is; the program says so too."""
    program = _program([call("answer")], Gives([math.nan]), [math.nan])
    done = run_beside(program, _returns("[float('nan')]"), tmp_path / "w", _GIVEN)
    assert done.returncode != 0
    assert "AssertionError: [nan]" in done.stderr

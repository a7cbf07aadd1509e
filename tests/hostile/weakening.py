"""Takes one defence from the judge, to see that an attack runs into that and no other.

A weakening replaces a few words of a function of the judge, or a bound, while a test
lasts. One that no longer finds its words fails, and with it the test.
"""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from perfkata.cli import screen
from perfkata.judge import conversation, grading
from perfkata.judge.comparison import difference
from perfkata.judge.objects import Remote
from perfkata.judge.scratch import Scratch

__all__ = ["ONE_PROCESS", "ONE_PROCESS_JUDGE", "WEAKENINGS"]

Weakening = Callable[[pytest.MonkeyPatch], None]

# What graders do that load a submission: see `ONE_PROCESS_JUDGE`.
ONE_PROCESS = "a process of its own"


def _without(where: str, old: str, new: str) -> Weakening:
    """Replace words of a function, given as ``module:name`` or ``module:Type.name``."""

    def weaken(monkeypatch: pytest.MonkeyPatch) -> None:
        module_name, _, path = where.partition(":")
        owner: Any = importlib.import_module(f"perfkata.judge.{module_name}")
        *outer, name = path.split(".")
        for each in outer:
            owner = getattr(owner, each)
        function = getattr(owner, name)
        source = textwrap.dedent(inspect.getsource(function))
        assert source.count(old) == 1, f"{where} does not say {old!r} once"
        made: dict[str, Any] = {}
        text = f"from __future__ import annotations\n{source.replace(old, new)}"
        exec(text, function.__globals__, made)
        monkeypatch.setattr(owner, name, made[name])

    return weaken


def _both(*weakenings: Weakening) -> Weakening:
    def weaken(monkeypatch: pytest.MonkeyPatch) -> None:
        for each in weakenings:
            each(monkeypatch)

    return weaken


def _value(owner: object, name: str, value: object) -> Weakening:
    return lambda monkeypatch: monkeypatch.setattr(owner, name, value)


def _asked_whether_equal(came: Any, expected: Any) -> Any:
    """Compare by the ``==`` of the submission's own object."""
    if isinstance(came, Remote):
        return None if came._ask(came, "__eq__", (expected,), {}) else difference(1, 2)
    return difference(came, expected)


WEAKENINGS: dict[str, Weakening] = {
    "a bound of how deep a folder is": _without(
        "scratch:Scratch.check_size",
        "except (FileNotFoundError, NotADirectoryError):",
        "except OSError:",
    ),
    "a bound of nesting": _value(conversation, "MAX_RUNNING", 10**6),
    "a bound of open calls": _value(conversation, "MAX_OPEN", 10**6),
    "a bound of the folder": _value(Scratch, "check_size", lambda self: None),
    "a bound of what is handed over": _value(conversation, "_MAX_HANDED_BYTES", 2**40),
    "a folder that is emptied": _value(Scratch, "clear", lambda self: None),
    "a look at what kind of file it is": _without(
        "scratch:Scratch._opened",
        "if not stat.S_ISREG(os.fstat(handle).st_mode):",
        "if False:",
    ),
    "a restart that ends all": _without(
        "session:Session.restart", "self.close()", "pass"
    ),
    "an exception that must come": _without(
        "grading:_Expecting.__exit__",
        "if isinstance(error, StoppedError):",
        "if isinstance(error, StoppedError): return True\n    if False:",
    ),
    "answers to open calls": _both(
        _without(
            "conversation:Conversation._take_answer",
            "if number not in self._open_calls or len(body) < NUMBER.size:\n"
            '        raise WireError("an answer to no open call")\n',
            "self._open_calls.append(number)\n",
        ),
    ),
    "arguments that may be objects": _without(
        "conversation:_outcome", "TypeError(str(raised))", "raised\n        raise"
    ),
    "callbacks in turn": _without(
        "conversation:Conversation._take_callback",
        "number != self._num_callbacks + 1 or ",
        "",
    ),
    "calls that are open": _without(
        "conversation:Conversation._take_callback",
        "if call not in self._open_calls:",
        "if False:",
    ),
    "links that are not followed": _without(
        "scratch:Scratch._opened", "os.O_NOFOLLOW | ", ""
    ),
    "names that were given": _without(
        "conversation:_function",
        'raise WireError("a name that was not given")',
        "return getattr(thing.thing, name)",
    ),
    "numbers that were handed out": _without(
        "objects:Things.thing",
        'raise WireError("a number that was never handed out") from None',
        "return next(iter(self._things.values()))",
    ),
    "refusals that are told": _without(
        "conversation:Conversation._take", "self._is_late = True", "pass"
    ),
    "results that may be too large": _without(
        "conversation:Conversation._answer", "if was_handed:", "if False:"
    ),
    "text that is made harmless": _value(screen, "_UNSAFE", re.compile("(?!)")),
    "types that are compared": _value(grading, "difference", _asked_whether_equal),
}

# Stands behind a submission in one file and grades it as the question's grader does,
# with the same objects that the submission holds. It runs in a sandbox like any other.
ONE_PROCESS_JUDGE = '''

def is_fooled():
    """Whether a judge that shares this process takes the answers for right ones."""
    calls, rows = [], []
    factor = 7

    def scaled(number):
        calls.append(number)
        return number * factor

    def length(row):
        rows.append(row)
        return row.__len__()

    if applied(scaled, [3, 1, 3]) != [21, 7, 21] or len(calls) > 2:
        return False
    if applied(length, [[1, 2], [3]]) != [2, 1] or rows != [[1, 2], [3]]:
        return False
    office = given.Office([3, 9, 4, 9])
    return fullest(office) == 1 and office.num_asked <= 4


import given
'''

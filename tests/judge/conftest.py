"""What the tests of the judge share: plain values, and exercises written on the spot.

An `Exercise` is a question in a folder of the test's own, with a grader that the test
wrote; grading an answer to it runs a real worker, which costs about 0.1 s.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import strategies as st

from perfkata.catalog import Level, Measure, NotAllowed, Question
from perfkata.catalog.question import Difficulty
from perfkata.judge.grade import Listener, Options, grade
from perfkata.judge.report import Failure, LevelReport, Report
from perfkata.judge.sandbox import Limits
from perfkata.judge.submission import Submission

__all__ = [
    "HASHABLE",
    "LIMITS",
    "NEARLY_EQUAL",
    "PLAIN",
    "RECORDS",
    "Exercise",
    "MakeExercise",
    "Point",
    "is_identical",
    "only_failure",
    "run_beside",
]

# CPU time decides; a busy machine has all the patience of the world.
LIMITS = Limits(cpu_s=1.0, patience=30.0)
_STARTER = '''\
"""Where the learner begins."""


def answer(number):
    """Answer."""
    raise NotImplementedError
'''
_PROGRAM_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A record, as a question's given.py may define it."""

    x: Any
    y: Any


RECORDS = {"Point": Point}

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.integers(2**62, 2**65).map(lambda bits: 1 << bits % 2_000),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.binary(max_size=20),
)
# Values that Python's `==` takes for each other, or for nothing at all.
_LOOKALIKES = st.sampled_from(
    [0, 0.0, -0.0, False, 1, 1.0, True, -1, -2, "", "a", b"", b"a", None, math.nan]
)


def _hashable(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(tuple),
            st.frozensets(inner, max_size=3),
            st.builds(Point, inner, inner),
        ),
        max_leaves=6,
    )


def _plain(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    hashable = _hashable(scalars)
    return st.recursive(
        hashable | st.lists(st.integers()) | st.lists(st.floats()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.lists(inner, max_size=4).map(tuple),
            st.sets(hashable, max_size=4),
            st.dictionaries(hashable, inner, max_size=4),
            st.builds(Point, inner, inner),
        ),
        max_leaves=10,
    )


HASHABLE = _hashable(_SCALARS)
PLAIN = _plain(_SCALARS)
NEARLY_EQUAL = _plain(_LOOKALIKES)


def is_identical(left: Any, right: Any, *, nan: bool = True) -> bool:
    """Whether two values are the same bit by bit, the slow and plain way.

    Args:
        left: A plain value.
        right: Another.
        nan: Whether NaN is the same as NaN, and -0.0 another than 0.0.
    """
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        if math.isnan(left) or math.isnan(right):
            return nan and math.isnan(left) and math.isnan(right)
        signs = [math.copysign(1, value) for value in (left, right)]
        return left == right and (not nan or signs[0] == signs[1])
    if isinstance(left, dict):
        left, right = list(left.items()), list(right.items())
        return _is_matched(left, right, nan)
    if isinstance(left, set | frozenset):
        return _is_matched(list(left), list(right), nan)
    if is_dataclass(left):
        names = [field.name for field in fields(left)]
        left = [getattr(left, name) for name in names]
        right = [getattr(right, name) for name in names]
    if isinstance(left, list | tuple):
        pairs = zip(left, right, strict=False)
        is_same = all(is_identical(one, other, nan=nan) for one, other in pairs)
        return len(left) == len(right) and is_same
    return bool(left == right)


def _is_matched(left: list[Any], right: list[Any], nan: bool) -> bool:
    rest = list(right)
    for one in left:
        for index, other in enumerate(rest):
            if is_identical(one, other, nan=nan):
                del rest[index]
                break
        else:
            return False
    return not rest


@dataclass(frozen=True)
class Exercise:
    """A question in a folder of its own."""

    question: Question

    def grade(
        self,
        source: str,
        on_level: Callable[[LevelReport], None] = lambda report: None,
        **options: Any,
    ) -> Report:
        """Grade an answer's levels with seed 1 and short limits, or as told."""
        submission = Submission(Path("solution.py"), textwrap.dedent(source).encode())
        only_levels = Options(seed=1, limits=LIMITS, measures=False)
        chosen = replace(only_levels, **options)
        return grade(self.question, submission, chosen, Listener(on_level))

    def run(self, program: str, source: str) -> subprocess.CompletedProcess[str]:
        """Run a program beside an answer, as a learner would."""
        path = self.question.given
        given = None if path is None else path.read_text("utf-8")
        return run_beside(
            program, source, self.question.folder.parent / "workspace", given
        )


def run_beside(
    program: str, source: str, folder: Path, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder that holds solution.py and, if there is one, given.py.

    Each run has a hash seed of its own, since a learner's has one too.
    """
    folder.mkdir(exist_ok=True)
    (folder / "solution.py").write_text(textwrap.dedent(source), "utf-8")
    (folder / "failure.py").write_text(program, "utf-8")
    if given is not None:
        (folder / "given.py").write_text(given, "utf-8")
    return subprocess.run(
        [sys.executable, "-B", "-S", "failure.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_PROGRAM_TIMEOUT_S,
        check=False,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
    )


class MakeExercise(Protocol):
    """What the `make_exercise` fixture gives."""

    def __call__(
        self,
        grader: str,
        *,
        starter: str = _STARTER,
        given: str | None = None,
        others: dict[str, str] | None = None,
        levels: tuple[Level, ...] | None = None,
        not_allowed: tuple[NotAllowed, ...] = (),
        measures: tuple[Measure, ...] = (),
    ) -> Exercise:
        """Write a question with this grader; its language is imported already."""


@dataclass
class _Maker:
    folder: Path
    num_made: int = field(default=0)

    def __call__(
        self,
        grader: str,
        *,
        starter: str = _STARTER,
        given: str | None = None,
        others: dict[str, str] | None = None,
        levels: tuple[Level, ...] | None = None,
        not_allowed: tuple[NotAllowed, ...] = (),
        measures: tuple[Measure, ...] = (),
    ) -> Exercise:
        self.num_made += 1
        folder = self.folder / str(self.num_made) / "01_answer"
        files = {
            "starter.py": starter,
            "interviewer/grader.py": _LANGUAGE + textwrap.dedent(grader),
            **(others or {}),
        }
        if given is not None:
            files["given.py"] = given
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), "utf-8")
        one_level = Level(number=1, title="All of it", points=100)
        return Exercise(
            Question(
                folder=folder,
                title="Answer",
                difficulty=Difficulty.MEDIUM,
                category="Answers",
                limited_by="nothing",
                prerequisites=("questions",),
                minutes=(1, 2),
                topics=("answers",),
                levels=(one_level,) if levels is None else levels,
                not_allowed=not_allowed,
                measures=measures,
            )
        )


# Lines of its own, so that a grader's first line in a test is its line 4.
_LANGUAGE = """\
from __future__ import annotations

from perfkata.judge.grading import call, generated, level, measure, run, written
"""


@pytest.fixture
def make_exercise(tmp_path: Path) -> MakeExercise:
    """A function that writes a question of this test's own."""
    return _Maker(tmp_path / "exercises")


def only_failure(report: Report) -> Failure:
    """The failure of a report's last level, which must have one."""
    failure = report.levels[-1].failure
    assert failure is not None, report
    return failure

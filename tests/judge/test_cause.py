"""Causes: each is named on what was planted to have it, and on nothing else.

Planted are the slow answers of questions 05 and 21. ``slow/`` holds each mistake a
second time, with other names and in another syntax, and slow answers of kinds that
nobody names; all of these answer question 21.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.catalog import Question, open_catalog
from perfkata.judge import grading
from perfkata.judge.cause import KINDS, find_cause
from perfkata.judge.grading import Step
from perfkata.judge.loading import Grader, load_grader
from perfkata.judge.profile import CallCount, LineCount, Profile, Work, WorkKind
from perfkata.judge.report import Cause
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import Session
from tests.judge.traced import WATCHES, Watch

_SIZE = 1_000
_SMALL_SIZE = 500
# No clock ends a run here: counts do, if it is long.
_TRACED_S = 60.0
_LIMITS = Limits(cpu_s=_TRACED_S, load_s=10.0)
_DECLARED = re.compile(r"^(Measure|Cause): (.*)$", re.MULTILINE)


@cache
def _question(number: str = "21") -> Question:
    return open_catalog().question(number)


@cache
def _grader(number: str) -> Grader:
    return load_grader(_question(number))


@cache
def _number(measure: str) -> str:
    """The question that has a measure."""
    return "21" if measure in ("flat", "nested") else "05"


@cache
def _step(measure: str, seed: int, size: int = _SIZE) -> Step:
    workload = _grader(_number(measure)).measured[measure]
    return workload.draw(size, random.Random(seed))


@cache
def _profile(path: Path, measure: str, seed: int = 1) -> Profile:
    """What an answer does in a run of a measure; its answer must be right."""
    step = _step(measure, seed)
    call = step.call.name, step.call.arguments, step.call.keywords
    job = _grader(_number(measure)).job(path.read_bytes(), (), file_name=path.name)
    job = replace(job, traced_s=_TRACED_S)
    with Session(job, _LIMITS) as session, session.fork() as fork:
        grading.check(fork.call(*call), step.expectation)
        return fork.trace(session.packed([call]))


def _cause(path: Path, measure: str, seed: int = 1) -> Cause:
    model = _profile(_question(_number(measure)).rungs()[-1], measure, seed)
    lines = path.read_text("utf-8").splitlines()
    return find_cause(_profile(path, measure, seed), model, _SIZE, lines)


@dataclass(frozen=True, slots=True)
class _Planted:
    """A slow answer: the measure that shows it, and the kind that is to be named."""

    path: Path
    measure: str
    kind: str | None


def _read(folder: Path) -> Iterator[_Planted]:
    """The answers of a folder that declare a cause."""
    for path in sorted(folder.glob("*.py")):
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        declared = dict(_DECLARED.findall(docstring))
        if declared:
            kind = declared["Cause"]
            named = None if kind == "none" else kind
            yield _Planted(path, declared["Measure"], named)


_FIRST = list(_read(Path(_question().folder, "interviewer", "wrong")))
_SECOND = list(_read(Path(__file__).parent / "slow"))
_SLOTS = "rescans deleted slots"
# Question 05 has one kind that question 21 has not.
_FOLDER_05 = Path(_question("05").folder, "interviewer", "wrong")
_CACHES = [planted for planted in _read(_FOLDER_05) if planted.kind == _SLOTS]
_QUEUES = [planted for planted in _SECOND if planted.kind == _SLOTS]
_PLANTED = _FIRST + _CACHES + _SECOND


@pytest.mark.parametrize("planted", _PLANTED, ids=lambda one: one.path.stem)
def test_a_planted_cause_is_named(planted: _Planted) -> None:
    """A slow answer gives right sums, and its cause is named if it is one we know."""
    cause = _cause(planted.path, planted.measure)
    assert cause.kind == planted.kind, cause.sentence
    assert cause.line is not None and f"ine {cause.line}" in cause.sentence
    line = planted.path.read_text("utf-8").splitlines()[cause.line - 1]
    assert cause.source is not None and line.strip().startswith(cause.source)


@pytest.mark.parametrize("planted", _PLANTED, ids=lambda one: one.path.stem)
def test_a_cause_is_not_named_where_it_costs_nothing(planted: _Planted) -> None:
    """In the other measure an answer has the same cause or none that is known."""
    measures = _grader(_number(planted.measure)).measured
    (other,) = set(measures) - {planted.measure}
    assert _cause(planted.path, other).kind in (planted.kind, None)


@pytest.mark.parametrize("watch", WATCHES.values(), ids=WATCHES)
@pytest.mark.parametrize("planted", _FIRST + _QUEUES, ids=lambda one: one.path.stem)
def test_a_planted_cause_is_named_by_every_python(
    planted: _Planted, watch: Watch
) -> None:
    """Whichever version counts, the same cause is found in the counts."""
    arguments = _step(planted.measure, 1, _SMALL_SIZE).call.arguments
    run = f"\n\ndef run():\n    return exclusive_time(*{arguments!r})\n"
    sources = [
        path.read_text("utf-8") + run
        for path in (planted.path, _question().rungs()[-1])
    ]
    own, model = map(watch.profile, sources)
    cause = find_cause(own, model, _SMALL_SIZE, sources[0].splitlines())
    assert cause.kind == planted.kind, cause.sentence


def test_each_kind_is_planted_twice() -> None:
    """Each kind but one is planted in a question and written a second time."""
    kinds = set(KINDS) - {"middle of a list"}
    assert {planted.kind for planted in _FIRST + _CACHES} == kinds
    assert {planted.kind for planted in _SECOND} == {*kinds, None}
    assert len(_QUEUES) >= 2
    assert sum(planted.kind is None for planted in _SECOND) >= 4


# A cache as large as a run, which drops its oldest entry for each new one.
_CACHE = """
from collections import OrderedDict

def run():
    entries = {made}
    for key in range({num_kept}):
        entries[key] = None
    for key in range({size}, 2 * {size}):
        {turn}
        entries[key] = None
"""
_MODEL_TURN = "entries.popitem(last=False)"


def _cause_of_cache(
    watch: Watch, turn: str, made: str = "dict()", num_kept: int = _SMALL_SIZE
) -> Cause:
    """Say why a cache is slow beside one that keeps an OrderedDict."""
    model = _CACHE.format(
        made="OrderedDict()", turn=_MODEL_TURN, num_kept=num_kept, size=_SMALL_SIZE
    )
    own = _CACHE.format(made=made, turn=turn, num_kept=num_kept, size=_SMALL_SIZE)
    counted = watch.profile(own), watch.profile(model)
    return find_cause(*counted, _SMALL_SIZE, own.splitlines())


@pytest.mark.parametrize("watch", WATCHES.values(), ids=WATCHES)
@pytest.mark.parametrize(
    "turn",
    [
        "del entries[next(iter(entries))]",
        "entries.pop(next(iter(entries.keys())))",
        "oldest, _ = next(iter(entries.items())); entries.__delitem__(oldest)",
        "walk = iter(entries); oldest = next(walk); del entries[oldest]",
        "oldest = next(each for each in entries); del entries[oldest]",
        """for oldest in entries:
            break
        del entries[oldest]""",
    ],
)
def test_deleted_slots_are_rescanned_however_it_is_written(
    watch: Watch, turn: str
) -> None:
    """The first entry may be sought and deleted in many ways, with the same cost."""
    cause = _cause_of_cache(watch, turn)
    assert cause.kind == _SLOTS, cause.sentence
    assert cause.line == 9
    assert " 500 times, of 500 entries on average" in cause.sentence


@pytest.mark.parametrize("watch", WATCHES.values(), ids=WATCHES)
@pytest.mark.parametrize(
    ("turn", "made", "num_kept"),
    [
        ("del entries[next(iter(entries))]", "OrderedDict()", _SMALL_SIZE),
        ("del entries[next(iter(entries))]", "dict()", _SMALL_SIZE // 20),
        ("next(iter(entries))", "dict()", _SMALL_SIZE),
        ("next(iter(entries)); entries.popitem()", "dict()", _SMALL_SIZE),
        ("key % 20 or entries.pop(next(iter(entries)))", "dict()", _SMALL_SIZE),
        ("entries.pop(key - 500)", "dict()", _SMALL_SIZE),
    ],
    ids=["ordered", "small", "only asked", "last deleted", "seldom", "not sought"],
)
def test_no_slots_are_named_where_none_are_rescanned(
    watch: Watch, turn: str, made: str, num_kept: int
) -> None:
    """It takes a long plain dict, and both to seek and to delete its first entry."""
    cause = _cause_of_cache(watch, turn, made, num_kept)
    assert cause.kind is None, cause.sentence


@pytest.mark.parametrize("measure", ["flat", "nested"])
@pytest.mark.parametrize("rung", _question().rungs(), ids=lambda rung: rung.stem)
def test_nothing_is_named_on_a_rung(rung: Path, measure: str) -> None:
    """A right answer without a flaw has no cause, only a line where most time goes."""
    for seed in (1, 2):
        cause = _cause(rung, measure, seed)
        assert cause.kind is None, cause.sentence
        assert cause.sentence.startswith("No cause found; most time goes into line ")


_MODEL = Profile(
    is_complete=True,
    num_own_calls=1,
    lines=(LineCount(3, 1_000, 9_000), LineCount(4, 1_000, 9_000)),
    calls=(CallCount(4, "len", 1_000, 0),),
    work=(),
)
# What is done to a dict is a cause only if both are done.
_DICTS = (WorkKind.FIRST, WorkKind.DELETED)
_FILE = [f"line {number}" for number in range(1, 31)]


def _found(model: Profile = _MODEL, **changes: Any) -> Cause:
    """The cause of a profile that differs from the model answer's in some counts."""
    return find_cause(replace(_MODEL, **changes), model, _SIZE, _FILE)


def test_a_cause_is_told_with_its_counts() -> None:
    """A learner reads the line, how often, and how many items each time."""
    front = Work(23, WorkKind.FRONT, "list.pop", 500, 125_000)
    assert _found(work=(front,)) == Cause(
        "front of a list",
        "Line 23 takes from the front of a list 500 times; 250 others move down each"
        " time on average.",
        23,
        "line 23",
        _SIZE,
    )


def test_counts_that_are_not_whole_are_told_as_such() -> None:
    """What was stopped did at least what was counted, and the sentence says so."""
    front = Work(23, WorkKind.FRONT, "list.insert", 500, 125_000)
    cause = _found(work=(front,), is_complete=False)
    assert cause.kind == "front of a list"
    assert cause.sentence.endswith(" Counting was stopped before the end.")
    assert _found(is_complete=False).sentence.endswith(" before the end.")


@pytest.mark.parametrize("kind", [kind for kind in WorkKind if kind not in _DICTS])
def test_work_is_named_if_it_is_often_and_long_and_more(kind: WorkKind) -> None:
    """A tenth of the size is often, and long; ten times the model answer's is more."""
    row = Work(7, kind, "x", 100, 10_000)
    assert _found(work=(row,)).kind is not None
    assert _found(work=(replace(row, times=99, num_items=9_900),)).kind is None
    assert _found(work=(replace(row, num_items=9_999),)).kind is None
    same = replace(_MODEL, work=(replace(row, num_items=1_001),))
    assert _found(same, work=(row,)).kind is None


def test_slots_are_named_if_the_first_is_sought_often_and_deleted_often() -> None:
    """A tenth of the size is often for both, and neither is a cause alone."""
    first = Work(7, WorkKind.FIRST, "next", 100, 10_000)
    deleted = replace(first, kind=WorkKind.DELETED)
    cause = _found(work=(first, deleted))
    assert cause == Cause(
        _SLOTS,
        "Line 7 seeks the first entry of a dict 100 times, of 100 entries on average,"
        " past the empty slots of deleted ones; popitem(last=False) of an OrderedDict"
        " has none to pass.",
        7,
        "line 7",
        _SIZE,
    )
    assert _found(work=(first,)).kind is None
    assert _found(work=(deleted,)).kind is None
    for times, num_items in ((99, 9_900), (100, 9_999)):
        less = replace(first, times=times, num_items=num_items)
        assert _found(work=(less, deleted)).kind is None
        less = replace(less, kind=WorkKind.DELETED)
        assert _found(work=(first, less)).kind is None
    same = replace(_MODEL, work=(replace(first, num_items=1_001),))
    assert _found(same, work=(first, deleted)).kind is None


def test_work_that_is_long_once_in_a_while_is_not_lost_in_what_is_short() -> None:
    """A line of short work beside one of long work takes nothing from it."""
    rows = (
        Work(7, WorkKind.COPIES, "slice", 100_000, 200_000),
        Work(9, WorkKind.COPIES, "list", 200, 60_000),
    )
    assert _found(work=rows).line == 9
    assert _found(work=rows[:1]).kind is None


def test_a_loop_is_named_if_its_line_runs_often_for_each_item() -> None:
    """Forty turns for each of a thousand items are a loop, and 39 are not."""
    often = LineCount(8, 40_000, 1)
    assert _found(lines=(often,)).kind == "loop within the loop"
    assert _found(lines=(replace(often, times=39_999),)).kind is None
    same = replace(_MODEL, lines=(LineCount(3, 4_001, 1),))
    assert _found(same, lines=(often,)).kind is None


def test_of_two_causes_the_one_that_takes_more_is_named() -> None:
    """A loop that runs as often as items move is what the time goes into."""
    front = Work(23, WorkKind.FRONT, "list.pop", 500, 125_000)
    loop = LineCount(8, 125_000, 1)
    assert _found(work=(front,), lines=(loop,)).kind == "loop within the loop"
    front = replace(front, num_items=125_000_000)
    assert _found(work=(front,), lines=(loop,)).kind == "front of a list"


def test_a_pattern_is_named_if_it_is_handed_over_often() -> None:
    """A tenth of the size is often, if no more than a hundred lines run each time."""
    calls = (CallCount(5, "re.match", 100, 0),)
    lines = (LineCount(5, 100, 1), LineCount(6, 9_900, 1))
    assert _found(calls=calls, lines=lines).kind == "compiled again"
    more = (lines[0], replace(lines[1], times=9_901))
    assert _found(calls=calls, lines=more).kind is None
    rare = (replace(calls[0], times=99),)
    assert _found(calls=rare, lines=lines).kind is None
    model = replace(_MODEL, calls=calls)
    assert _found(model, calls=calls, lines=lines).kind is None


def test_calls_are_named_if_they_are_three_times_as_many() -> None:
    """All calls count together, and at least three for each item are needed."""
    calls = (CallCount(5, "len", 2_000, 0), CallCount(6, "abs", 1_000, 0))
    cause = _found(calls=calls, num_own_calls=3)
    assert cause.kind == "calls" and cause.line == 5
    assert _found(calls=calls, num_own_calls=2).kind is None
    idle = replace(_MODEL, num_own_calls=0, calls=())
    assert _found(idle, calls=calls[:1], num_own_calls=999).kind is None


def test_a_line_that_the_file_has_not_explains_nothing() -> None:
    """What was counted on no line of the file is not believed."""
    far = Work(31, WorkKind.FRONT, "list.pop", 500, 125_000)
    assert _found(work=(far,)).kind is None
    cause = find_cause(_MODEL, _MODEL, _SIZE, [])
    assert cause == Cause(None, "No cause found.", None, None, _SIZE)


_COUNTS = st.integers(0, 2**62 - 1)
_TIMES = st.integers(1, 2**62 - 1)
_LINES = st.integers(1, 40)
_NAMES = st.sampled_from(["len", "re.match", "list.insert", "", "é" * 80])
_ANY_PROFILE = st.builds(
    Profile,
    st.booleans(),
    _COUNTS,
    st.lists(st.builds(LineCount, _LINES, _TIMES, _COUNTS), max_size=4).map(tuple),
    st.lists(st.builds(CallCount, _LINES, _NAMES, _TIMES, _COUNTS), max_size=4).map(
        tuple
    ),
    st.lists(
        st.builds(Work, _LINES, st.sampled_from(WorkKind), _NAMES, _TIMES, _COUNTS),
        max_size=4,
    ).map(tuple),
)


@given(_ANY_PROFILE, _ANY_PROFILE)
def test_any_profile_gives_a_cause_that_can_be_reported(
    profile: Profile, model: Profile
) -> None:
    """Whatever a worker says, what is made of it is text within bounds."""
    cause = find_cause(profile, model, _SIZE, _FILE)
    assert cause.kind in (*KINDS, None)
    assert len(cause.sentence.encode()) < 400 and "\n" not in cause.sentence
    assert cause.line is None or _FILE[cause.line - 1] == cause.source

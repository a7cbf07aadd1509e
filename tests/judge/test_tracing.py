"""Tracing: counts are those of a count by hand, and nothing traced breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from perfkata.judge.answer import Returned
from perfkata.judge.profile import Profile
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import Fork, Job, Session
from perfkata.judge.stopped import StoppedError
from tests.judge.layers import session_of
from tests.judge.traced import WATCHES, Traced, Watch

each_watch = pytest.mark.parametrize("watch", WATCHES.values(), ids=WATCHES)


@each_watch
def test_lines_are_counted_as_often_as_they_are_reached(watch: Watch) -> None:
    """A loop's line is reached once more than its body, and a branch as it is taken."""
    source = """\
    def run():
        total = 0
        for number in range(6):
            if number % 2:
                total += twice(number)
            else:
                continue
        while total > 10:
            total -= 4
        return total

    def twice(number):
        return 2 * number
    """
    assert watch.counted(source).lines == {
        2: 1,
        3: 7,
        4: 6,
        5: 3,
        7: 3,
        8: 3,
        9: 2,
        10: 1,
        13: 3,
    }


@each_watch
def test_a_loop_within_one_line_is_counted(watch: Watch) -> None:
    """Each item of a comprehension, or turn of a loop, reaches its line once."""
    source = """\
    def run():
        made = [number for number in range(20)]
        total = sum(number for number in made)
        while made: made.pop()
        return total
    """
    lines = watch.counted(source).lines
    assert lines[2] in (21, 22) and lines[3] == 22 and lines[4] == 20


@each_watch
def test_calls_are_counted_with_the_length_of_what_they_are_called_on(
    watch: Watch,
) -> None:
    """Builtins, methods of theirs and the library count, if the call is made."""
    source = """\
    import re
    from fractions import Fraction as Share

    def run():
        items = []
        add = items.append
        for number in range(4):
            items.append(number)
        add(4)
        len(items) or len(items)
        for text in ("a", "ab"):
            re.match("a+", text)
        helper(items)
        Share(1, 2).limit_denominator(3)
        return [abs(item) for item in items]

    def helper(items):
        return items.index(0), list(items)
    """
    calls = watch.counted(source).calls
    expected = {
        (8, "list.append"): (4, 0 + 1 + 2 + 3),
        (9, "list.append"): (1, 4),
        (10, "len"): (1, 5),
        (12, "re.match"): (2, 4),
        (14, "fractions.Fraction.limit_denominator"): (1, 0),
        (15, "abs"): (5, 0),
        (18, "list.index"): (1, 5),
        (18, "list"): (1, 5),
    }
    assert {key: calls.get(key) for key in expected} == expected
    assert not any(name.startswith("solution.") for _, name in calls)


@each_watch
def test_calls_of_own_functions_are_counted_together(watch: Watch) -> None:
    """Functions, methods and resumed generators count, comprehensions do not."""
    source = """\
    def run():
        return [Doubled().of(number) for number in counted()]

    class Doubled:
        def of(self, number):
            return 2 * number

    def counted():
        yield from (1, 2)
        yield 3
    """
    assert watch.counted(source).num_own_calls in (1 + 3 + 4, 1 + 3 + 5)


@each_watch
def test_work_adds_up_over_a_loop(watch: Watch) -> None:
    """Ten items put at the front move each other 45 times, and the same to be taken."""
    source = """\
    def run():
        waiting = []
        for number in range(10):
            waiting.insert(0, number)
        while waiting:
            waiting.pop(0)
    """
    assert watch.counted(source).work == {
        (4, "front", "list.insert"): (10, 45),
        (6, "front", "list.pop"): (10, 45),
    }


@each_watch
def test_first_items_of_a_dict_are_counted_with_those_deleted_before(
    watch: Watch,
) -> None:
    """Of ten items each is sought as the first, and nine after one was deleted."""
    source = """\
    def run():
        waiting = dict.fromkeys(range(10))
        while waiting:
            first = next(iter(waiting))
            assert next(iter(waiting)) is first
            del waiting[first]
        return next(iter(waiting), None)
    """
    assert watch.counted(source).work == {
        (4, "first", "next"): (10, 55),
        (4, "deleted", "next"): (9, 45),
        (5, "first", "next"): (10, 55),
        (7, "first", "next"): (1, 0),
        (7, "deleted", "next"): (1, 0),
    }


@each_watch
def test_a_call_over_several_lines_is_found(watch: Watch) -> None:
    """How a call is laid out does not hide it."""
    source = """\
    def run():
        waiting = [1, 2, 3]
        (
            waiting
            .insert(
                0,
                4,
            )
        )
        return 4 in (
            waiting
        )
    """
    found = watch.counted(source).work
    assert sorted((kind, *row) for (_, kind, _), row in found.items()) == [
        ("front", 1, 3),
        ("scans", 1, 1),
    ]


@each_watch
def test_what_never_ends_is_stopped(watch: Watch) -> None:
    """A loop without an end gives what was counted until time was up."""
    found = watch.trace("def run():\n    while True:\n        pass\n", 0.2)
    assert isinstance(found, Traced)
    assert not found.is_complete and found.lines[3] > 100


@each_watch
def test_a_recursion_reaches_as_deep_as_untraced(watch: Watch) -> None:
    """Counting takes nothing from the depth that the submission may reach."""
    source = """\
    import sys

    def run():
        sys.setrecursionlimit(2_000)
        return down(1_900)

    def down(depth):
        return [0].index(0) if depth == 0 else down(depth - 1)
    """
    assert watch.counted(source).lines[8] == 1_901


@each_watch
@pytest.mark.parametrize(
    "source",
    [
        "def run():\n    raise KeyError(3)",
        "import sys\ndef run():\n    sys.exit()",
        """
        import sys
        def run():
            sys.settrace(None)
            sys.setprofile(None)
            if hasattr(sys, "monitoring"):
                for tool in range(6):
                    if sys.monitoring.get_tool(tool):
                        sys.monitoring.set_events(tool, 0)
        """,
        """
        import sys
        def run():
            if not hasattr(sys, "monitoring"):
                sys.settrace(lambda *event: None)
                return
            for tool in range(6):
                if sys.monitoring.get_tool(tool):
                    sys.monitoring.free_tool_id(tool)
        """,
    ],
    ids=["raises", "exits", "ends the tracing", "takes the tracing"],
)
def test_what_is_odd_gives_nothing(watch: Watch, source: str) -> None:
    """A call that raises or meddles with its tracing is told as that, and no more."""
    assert isinstance(watch.trace(source), str)


@each_watch
def test_other_threads_do_not_count(watch: Watch) -> None:
    """Only the thread that makes the call is counted."""
    source = """\
    import threading

    def run():
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def work():
        sum(range(100))
    """
    counted = watch.counted(source)
    assert 11 not in counted.lines and counted.num_own_calls == 1


_HOSTILE = """
import os, sys, threading

def quadratic(items):
    kept = []
    for item in items:
        kept.insert(0, item)
    return len(kept)

def steals_the_trace():
    sys.settrace(lambda *event: None)
    return 1

def ends():
    os._exit(3)

def swallows_all():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue

def recurses(depth=0):
    return recurses(depth + 1)

def executes():
    names = {}
    source = "def f():\\n" + "\\n" * 3_000_000 + "    return 1"
    exec(compile(source, "solution.py", "exec"), names)
    return names["f"]()

def floods():
    for handle in range(3, 50):
        try:
            os.write(handle, b"\\xff" * 4_096)
        except OSError:
            pass
    return 1

def leaves_threads():
    for _ in range(5):
        threading.Thread(target=swallows_all, daemon=True).start()
    return 1

def leaves_a_hook():
    threading.settrace(lambda *event: 1 / 0)
    return 1

class Liar(list):
    def __len__(self):
        raise MemoryError
    def index(self, *_):
        raise SystemExit

class Endless:
    @property
    def __dict__(self):
        return self.__class__
    __class__ = property(lambda self: 1 / 0)

def lies():
    liar, endless = Liar([1, 2]), Endless()
    liar.insert(0, 3)
    try:
        return 3 in liar, liar[1:], endless.missing
    except Exception:
        return 1

def many_names():
    for number in range(3_000):
        exec(f"def f{number}(): pass\\nf{number}()")
    return 1

def prints():
    print("x" * 10_000)
    return 1
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session of a submission that is hostile to whoever traces it."""
    limits = Limits(cpu_s=2, load_s=10)
    with session_of(_HOSTILE, limits=limits, traced_s=1.0) as made:
        yield made


def _trace(session: Session, fork: Fork, name: str, *arguments: object) -> Profile:
    return fork.trace(session.packed([(name, arguments, {})]))


def test_a_traced_call_crosses_as_a_profile(session: Session) -> None:
    """In the sandbox a call is counted as it is counted outside."""
    with session.fork() as fork:
        profile = _trace(session, fork, "quadratic", list(range(10)))
        assert fork.call("quadratic", ([1, 2],), {}) == Returned(2)
    assert profile.is_complete and profile.num_own_calls == 1
    assert [(row.name, row.times, row.num_items) for row in profile.work] == [
        ("list.insert", 10, 45)
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("steals_the_trace", "ends", "swallows_all", "recurses", "floods"),
        *("leaves_threads", "leaves_a_hook", "lies", "many_names", "prints"),
        *("executes", "missing"),
    ],
)
def test_no_submission_breaks_the_tracing(session: Session, name: str) -> None:
    """Whatever is traced gives a profile or none, and the next call is traced well."""
    with session.fork() as fork, suppress(StoppedError):
        assert isinstance(_trace(session, fork, name), Profile)
    with session.fork() as fork:
        assert _trace(session, fork, "quadratic", [1, 2, 3]).work[0].num_items == 3


def test_a_session_that_is_not_traced_gives_no_profile() -> None:
    """Tracing goes with a job only when it is wanted."""
    with (
        session_of("def f(): return 1") as session,
        session.fork() as fork,
        pytest.raises(StoppedError),
    ):
        _trace(session, fork, "f")


def test_a_line_without_end_is_counted_like_any_other() -> None:
    """A line of a hundred thousand characters takes its time and breaks nothing."""
    sought = "1 in items, " * 8_000
    source = f"def f(items):\n    return len([{sought}])\n"
    limits = Limits(cpu_s=20, load_s=20)
    with (
        session_of(source, limits=limits, traced_s=20.0) as session,
        session.fork() as fork,
    ):
        profile = _trace(session, fork, "f", [0, 1])
    assert [(row.times, row.num_items) for row in profile.work] == [(8_000, 16_000)]


def test_a_source_that_no_tree_is_made_of_is_counted_by_lines() -> None:
    """Where the judge cannot read the source, lines and calls are left to count."""
    source = "# coding: cp1251\ndef f(items):\n    Ч = items[1:]\n    return len(Ч)\n"
    with (
        Session(Job(source.encode("cp1251"), traced_s=1.0)) as session,
        session.fork() as fork,
    ):
        profile = _trace(session, fork, "f", [1, 2])
    assert [row.times for row in profile.lines] == [1, 1] and not profile.work
    assert [(row.name, row.times) for row in profile.calls] == [("len", 1)]

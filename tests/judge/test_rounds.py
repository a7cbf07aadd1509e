"""A round of real processes: the same world for all, answers checked, nothing left."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkata.judge import sandbox
from perfkata.judge.answer import Returned
from perfkata.judge.clock import process_cpu_s
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import Step, call, run
from perfkata.judge.report import LevelVerdict
from perfkata.judge.rounds import (
    ECHO,
    Round,
    Side,
    SideFailedError,
    echo_of,
    prepare_echo,
)
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Job
from tests.conftest import Needs
from tests.judge.conftest import PLAIN, RECORDS, Point, is_identical
from tests.judge.layers import (
    EVERY_LAYER,
    fresh_seed,
    groups_of,
    leftover_processes,
    mark_of,
    need_layer,
    processes_of,
)

_LIMITS = Limits(cpu_s=2, load_s=2, patience=500)
_CPU_LIMIT_S = 5.0
_ROUNDING_S = 1e-9
_SOURCE = '''
import os, sys, threading, time

calls = []

def same(*arguments):
    """Return the arguments, or the only one of them."""
    calls.append(arguments)
    return list(arguments) if len(arguments) > 1 else arguments[0]

def num_calls():
    return len(calls)

def burns(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass

def world():
    """What differs from one process to the next if nobody sees to it."""
    return [hash("text"), id(world), id(calls), id(object()), sorted({"a", "b", "c"})]

def cpus():
    return sorted(os.sched_getaffinity(0))

def right_so_often(times, number):
    calls.append(number)
    return number if len(calls) <= times else number + 1

def raises():
    raise KeyError("missing")

def ends():
    os._exit(3)

def loops():
    while True:
        pass

def takes(mebibytes):
    return len(bytearray(mebibytes * 2**20))
'''
_GIVEN = b"""\
from dataclasses import dataclass

@dataclass(frozen=True, slots=True)
class Point:
    x: object
    y: object
"""
_WORKLOADS = b"""\
import solution

def twice(number):
    return solution.same(solution.same(number))
"""


def is_layout_fixed() -> bool:
    """Whether this system places processes at the same addresses if it is asked to."""
    with sandbox.fixed_layout() as is_fixed:
        return is_fixed


def job_of(source: str = _SOURCE, **facts: Any) -> Job:
    """A job of a submission that is given as indented text."""
    return Job(textwrap.dedent(source).encode(), **facts)


def round_of(*sides: Side, layer: Layer | None = None, cpu: int | None = None) -> Round:
    """A round whose processes no other round on this machine has."""
    return Round(sides, fresh_seed(), _LIMITS, layer, cpu)


def two_sides(**facts: Any) -> tuple[Side, Side]:
    """Two sides that do the same."""
    return Side("first", job_of(**facts)), Side("second", job_of(**facts))


def failed(made: Round, name: str, *steps: Step) -> SideFailedError:
    """How a side fails at these steps."""
    with pytest.raises(SideFailedError) as caught:
        made.repeat(steps, (name,), _CPU_LIMIT_S)
    assert caught.value.name == name
    return caught.value


def value_of(made: Round, name: str, function: str, *arguments: Any) -> Any:
    """What a function of a side returns."""
    answer = made._forks[name].call(function, arguments, {})
    assert isinstance(answer, Returned)
    return answer.value


def test_all_sides_get_the_same_calls_in_the_order_that_is_asked() -> None:
    """Whoever is asked has a cost, and makes each call once; who is not makes none."""
    with round_of(*two_sides(), echo_of(job_of())) as made:
        steps = [call("same", number).gives(number) for number in range(5)]
        for names in (("first", "second", ECHO), ("second", "first"), ("second",)):
            repeat = made.repeat(steps, names, _CPU_LIMIT_S)
            assert tuple(repeat.costs_s) == names
            assert all(cost_s > 0 for cost_s in repeat.costs_s.values())
        assert value_of(made, "first", "num_calls") == 10
        assert value_of(made, "second", "num_calls") == 15


def test_a_side_costs_what_it_burns() -> None:
    """CPU time that passed within the process is part of the cost, of all calls."""
    with round_of(*two_sides()) as made:
        steps = [call("burns", 0.03).gives(None), call("burns", 0.02).gives(None)]
        costs_s = made.repeat(steps, ("first", "second"), _CPU_LIMIT_S).costs_s
    assert costs_s["first"] >= 0.05 and costs_s["second"] >= 0.05


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_all_sides_of_a_round_live_in_the_same_world(
    layer: Layer, needs: Needs
) -> None:
    """Hashes and addresses are the same for all, on one CPU; the next round differs."""
    need_layer(needs, layer)
    cpu = max(os.sched_getaffinity(0))
    worlds = []
    for _ in range(2):
        with round_of(*two_sides(), layer=layer, cpu=cpu) as made:
            for name in ("first", "second"):
                worlds.append(value_of(made, name, "world"))
                assert value_of(made, name, "cpus") == [cpu]
    (first, second, third, fourth) = worlds
    assert first[0] == second[0] != third[0] == fourth[0]
    if not is_layout_fixed():
        pytest.skip("this system does not say where processes are placed")
    assert first == second
    assert third == fourth


def test_a_round_knows_whether_its_layout_is_fixed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is said of the layout is read off the processes themselves."""
    with round_of(*two_sides()) as made:
        assert made.is_layout_fixed is is_layout_fixed()
    monkeypatch.setattr(sandbox, "fixed_layout", nullcontext)
    with round_of(*two_sides()) as made:
        assert not made.is_layout_fixed


def test_the_seed_of_a_round_is_the_seed_of_its_hashes() -> None:
    """A round with the same seed lives in the same world again."""
    seed = fresh_seed()
    worlds = []
    for _ in range(2):
        with Round(two_sides(), seed, _LIMITS) as made:
            worlds.append(value_of(made, "first", "world")[0])
    assert worlds[0] == worlds[1]


@pytest.fixture(scope="module")
def echo() -> Iterator[Round]:
    """A round of the echo alone, beside a submission that cannot even be loaded."""
    job = job_of("raise SystemExit", given=_GIVEN, records=RECORDS, interface=("f",))
    with round_of(echo_of(job)) as made:
        yield made


@settings(max_examples=100)
@given(values=st.lists(PLAIN, min_size=1, max_size=4))
def test_the_echo_answers_what_is_expected(echo: Round, values: list[Any]) -> None:
    """Whatever a step expects, by exact type, and the submission never ran."""
    # What equals nothing can be expected of nobody.
    values = [value for value in values if is_identical(value, value, nan=False)]
    steps = [call("f", value, key=value).gives(value) for value in values]
    if steps:
        assert echo.repeat(steps, (ECHO,), _CPU_LIMIT_S).costs_s.keys() == {ECHO}


@pytest.mark.parametrize(
    "value",
    [
        b"x" * 2**22,
        list(range(300_000)),
        "ä\ud800" * 100_000,
        [Point(number, None) for number in range(1_000)],
        {(number,): {number} for number in range(10_000)},
    ],
    ids=["bytes", "list", "text", "records", "dict"],
)
def test_the_echo_answers_what_is_large(echo: Round, value: Any) -> None:
    """Large answers, and those of records, come as they are expected."""
    echo.repeat([call("f").gives(value)] * 2, (ECHO,), _CPU_LIMIT_S)


@pytest.mark.parametrize("name", ["f", "_private", "__len__", "no.name", ""])
def test_the_echo_has_a_function_of_every_name(echo: Round, name: str) -> None:
    """Whatever a question calls its functions, the echo answers for them."""
    echo.repeat([call(name, 1).gives(2)], (ECHO,), _CPU_LIMIT_S)


def test_the_echo_answers_for_workloads() -> None:
    """A function of workloads.py is not run by the echo, and is by the others."""
    job = job_of(workloads=_WORKLOADS)
    with round_of(Side("first", job), echo_of(job)) as made:
        steps = [run("twice", 5).gives(5), call("same", 1).gives(1)]
        made.repeat(steps, ("first", ECHO), _CPU_LIMIT_S)
        assert value_of(made, "first", "num_calls") == 3
        # What would be a wrong answer of whoever does the work.
        made.repeat([run("twice", 5).gives(6)], (ECHO,), _CPU_LIMIT_S)
        made.repeat([run("no_such", 5).gives([])], (ECHO,), _CPU_LIMIT_S)


def test_what_the_echo_is_told_is_no_part_of_its_cost(echo: Round) -> None:
    """Its answers cross before the window, and what that takes is forgotten."""
    steps = [call("f").gives("x" * 2**20)] * 4
    fork = echo._forks[ECHO]
    echo.repeat(steps, (ECHO,), _CPU_LIMIT_S)
    prepare_echo(fork, steps)
    before_s = process_cpu_s(fork.process_id)
    packed = echo._sessions[ECHO].packed([("f", (), {})] * 4)
    window = fork.window(packed, 4, _CPU_LIMIT_S)
    after_s = process_cpu_s(fork.process_id)
    assert before_s is not None and after_s is not None
    assert window.cpu_s <= after_s - before_s + _ROUNDING_S


def test_a_step_of_a_measure_expects_a_value(echo: Round) -> None:
    """An exception has no cost that could be compared, so it is a grader's error."""
    with pytest.raises(GraderError, match="expects an exception"):
        echo.repeat([call("f").raises(ValueError)], (ECHO,), _CPU_LIMIT_S)


def test_what_does_not_cross_is_an_error_of_the_question(echo: Round) -> None:
    """An argument that no submission can be given is told."""
    with pytest.raises(GraderError, match="an argument does not cross"):
        echo.repeat([call("f", object()).gives(1)], (ECHO,), _CPU_LIMIT_S)


@pytest.mark.parametrize("times", [0, 1, 2, 5, 9])
def test_every_answer_is_checked(times: int) -> None:
    """An answer that is right at first and wrong in a later window fails there."""
    names = ("first", "second")
    with round_of(*two_sides()) as made:
        for number in range(times // 2):
            steps = [call("right_so_often", times, number).gives(number)] * 2
            made.repeat(steps, names, _CPU_LIMIT_S)
        steps = [call("right_so_often", times, 7).gives(7)] * (times % 2 + 1)
        error = failed(made, "first", *steps)
        assert error.verdict is LevelVerdict.WRONG_ANSWER
        assert error.message == "it is 8, expected 7"
        # The others go on.
        made.repeat([call("same", 1).gives(1)], ("second",), _CPU_LIMIT_S)


_FAILURES: dict[str, tuple[Step, LevelVerdict, str]] = {
    "type": (
        call("same", 1).gives(1.0),
        LevelVerdict.WRONG_ANSWER,
        "it is of type int, expected float",
    ),
    "exception": (call("raises").gives(1), LevelVerdict.RAISED, "it raised KeyError"),
    "missing": (
        call("no_such").gives(1),
        LevelVerdict.RAISED,
        "it raised AttributeError",
    ),
    "end": (
        call("ends").gives(1),
        LevelVerdict.CRASHED,
        "its process ended before it answered",
    ),
    "memory": (
        call("takes", 2_000).gives(1),
        LevelVerdict.TOO_MUCH_MEMORY,
        "it asked for more memory than it may use",
    ),
}


@pytest.mark.parametrize(("step", "verdict", "said"), _FAILURES.values(), ids=_FAILURES)
def test_a_side_that_gives_no_right_answer_fails(
    step: Step, verdict: LevelVerdict, said: str
) -> None:
    """The verdict and the message are those that a level would give."""
    with round_of(*two_sides()) as made:
        error = failed(made, "second", step)
        assert (error.verdict, error.message) == (verdict, said)
        assert str(error) == f"second: {said}"
        made.repeat([call("same", 1).gives(1)], ("first",), _CPU_LIMIT_S)


def test_a_window_has_a_limit_of_its_own() -> None:
    """Who takes longer than a window may is too slow, whatever the other limits are."""
    with round_of(*two_sides()) as made:
        with pytest.raises(SideFailedError) as caught:
            made.repeat([call("loops").gives(1)], ("first",), 0.2)
        assert caught.value.verdict is LevelVerdict.TOO_SLOW
        assert caught.value.message == (
            "it had no answer after more than 0.2 s of CPU time"
        )


_UNLOADED: dict[str, tuple[Job, LevelVerdict, str]] = {
    "exception": (
        job_of("1 / 0"),
        LevelVerdict.CRASHED,
        "it raised ZeroDivisionError while it was loading",
    ),
    "end": (
        job_of("import os; os._exit(0)"),
        LevelVerdict.CRASHED,
        "it ended its process while it was loading",
    ),
    "rule": (
        job_of("import pickle", rules=("pickle",)),
        LevelVerdict.CRASHED,
        "it is not allowed",
    ),
    "silence": (
        job_of(
            """
            import os, sys
            # The reply to loading is sent, and nothing follows.
            place = sys._getframe(1).f_globals
            send = place["_send"]
            def sends_and_ends(connection, payload):
                send(connection, payload)
                os._exit(0)
            place["_send"] = sends_and_ends
            """
        ),
        LevelVerdict.CRASHED,
        "its process ended before it answered",
    ),
}


def open_handles() -> set[str]:
    """What this process has open."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        try:
            found.add(f"{handle.name} {handle.readlink()}")
        except OSError:
            continue  # the one that lists them
    return found


def nothing_is_left_of(body: Callable[[], int]) -> None:
    """Check that a round leaves no process, group or handle; its seed is returned."""
    before, groups = open_handles(), groups_of(os.getpid())
    seed = body()
    assert leftover_processes(mark_of(seed)) == []
    assert open_handles() == before
    assert groups_of(os.getpid()) == groups


@pytest.mark.parametrize("layer", EVERY_LAYER)
@pytest.mark.parametrize("how", ["end", "crash", "interrupt", "again"])
def test_a_round_leaves_nothing(layer: Layer, how: str, needs: Needs) -> None:
    """However a round ends, all of its processes are gone and nothing is open."""
    need_layer(needs, layer)

    def body() -> int:
        made = round_of(*two_sides(), echo_of(job_of()), layer=layer)
        names = ("first", "second", ECHO)
        with suppress(KeyboardInterrupt), made:
            assert len(processes_of(mark_of(made.seed))) >= 3
            made.repeat([call("same", 1).gives(1)], names, _CPU_LIMIT_S)
            if how == "crash":
                failed(made, "second", call("ends").gives(1))
            if how == "again":
                made.close()
            if how == "interrupt":
                raise KeyboardInterrupt
        return made.seed

    nothing_is_left_of(body)


@pytest.mark.parametrize("layer", EVERY_LAYER)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_side_that_does_not_load_ends_the_round(
    layer: Layer, place: int, needs: Needs
) -> None:
    """Also the sides are ended that have not yet started or are still loading."""
    need_layer(needs, layer)
    loads_slowly = "import time\nwhile time.process_time() < 0.4: pass\n"
    jobs = [job_of(loads_slowly + _SOURCE) for _ in range(4)]
    jobs.insert(place, job_of("1 / 0"))

    def body() -> int:
        sides = [Side(str(number), job) for number, job in enumerate(jobs)]
        made = round_of(*sides, layer=layer)
        with pytest.raises(SideFailedError) as caught, made:
            pytest.fail("it was entered")
        assert caught.value.name == str(place)
        return made.seed

    nothing_is_left_of(body)


@pytest.mark.parametrize(("job", "verdict", "said"), _UNLOADED.values(), ids=_UNLOADED)
def test_a_side_that_does_not_load_any_more_is_named(
    job: Job, verdict: LevelVerdict, said: str
) -> None:
    """Whoever loaded for the levels and does not for a measure fails it."""
    with (
        pytest.raises(SideFailedError) as caught,
        round_of(Side("first", job_of()), Side("second", job)),
    ):
        pytest.fail("it was entered")
    assert caught.value.name == "second"
    assert (caught.value.verdict, caught.value.message) == (verdict, said)


def test_the_peak_of_memory_is_read_from_outside() -> None:
    """What a side held once is in its peak, also when it has given it back."""
    with round_of(*two_sides(), echo_of(job_of())) as made:
        names = ("first", "second", ECHO)
        made.repeat([call("same", 1).gives(1)], names, _CPU_LIMIT_S)
        before = made.peak_bytes("first")
        made.repeat([call("takes", 50).gives(50 * 2**20)], ("second",), _CPU_LIMIT_S)
        peaks = {name: made.peak_bytes(name) for name in names}
        assert before == peaks["first"]
        first, second, echo_peak = peaks.values()
        assert first is not None and second is not None and echo_peak is not None
        assert second - first >= 45 * 2**20
        assert second - echo_peak >= 45 * 2**20


def test_a_process_that_is_gone_has_no_peak() -> None:
    """Where nothing can be read, nothing is said."""
    with round_of(*two_sides()) as made:
        failed(made, "first", call("ends").gives(1))
        assert made.peak_bytes("first") is None
        assert made.peak_bytes("second") is not None

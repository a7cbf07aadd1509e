"""How well the judge tells costs apart: an answer against itself, and slower ones.

A *trial* is one measure at one size with the fewest pairs, all in new processes. What
is compared with the model answer is a copy of it that holds some names nothing reads,
so that the two processes are not laid out alike by construction.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import msgspec

from benchmarks.figures import Machine, this_machine
from perfkata.catalog import Growth, open_catalog
from perfkata.judge import estimate
from perfkata.judge.estimate import Difference
from perfkata.judge.grading import Step, Workload, call
from perfkata.judge.interface import read_interface
from perfkata.judge.loading import load_grader
from perfkata.judge.measuring import rung_sides
from perfkata.judge.rounds import Side, echo_of
from perfkata.judge.session import Job
from perfkata.judge.taking import Cell, Taking, ratio_in, take_pairs, take_round

__all__ = [
    "NOTES",
    "PARTS",
    "PROGRAMS",
    "TITLE",
    "Outcome",
    "Program",
    "as_markdown",
    "draw_work",
    "is_class",
    "is_same",
    "is_slower",
    "measure",
    "read_outcomes",
    "slower",
]

TITLE = "What measuring can tell apart"
NOTES = """\
A trial is one measure at one size with the fewest pairs, in new processes. *Idle* means
that we started nothing else; a virtual machine shares its cores with others that nobody
here sees. The busy loops are one for each core, and two trials run at a time there.
"""
_QUESTION = "21"
_MEASURE = "flat"
_SIZE = 10_000
_NUM_RUNS = 2
_MAX_NUM_NAMES = 200
_COPY = "copy"
_MODEL = "model"
_NUM_ROUNDS_OF_GROWTH = 5
_NUM_REPEATS_OF_GROWTH = 5
_SLOWER = """
_whole = exclusive_time

def exclusive_time(n, logs):
    _whole(n, logs[: len(logs) * {percent} // 200 * 2])
    return _whole(n, logs)
"""


class Program(NamedTuple):
    """A program that does a step for every item.

    Attributes:
        growth: How the cost of the whole grows.
        body: Its lines.
        beside: Those of the linear program that runs beside it.
        sizes: The numbers of items.
    """

    growth: Growth
    body: str
    beside: str
    sizes: tuple[int, ...]


_SET = """
    found = set(items)
    return sum(item for item in wanted if item in found)
"""
_LOOP = """
    total = 0
    for item in wanted:
        for shift in range(20):
            item ^= 1 << shift
        total += item ^ 0xFFFFF
    return total
"""
_LONG = (1_000, 6_000, 36_000)
_SHORT = (100, 400, 1_600)
# Beyond 128 KiB the C library asks the system for each text, and the cost leaps.
_OF_BYTES = (30, 80, 240)
_DICT = """
    found = dict(zip(items, items))
    return sum(found[item] for item in wanted)
"""
_BISECT = """
    from bisect import bisect_left
    items = sorted(items)
    return sum(items[bisect_left(items, item)] for item in wanted)
"""
_SCAN = """
    return sum(items[items.index(item)] for item in wanted)
"""
_SORT = """
    return sum(sorted(wanted))
"""
_NESTED = """
    total = 0
    for item in wanted:
        for other in items:
            if other == item:
                total += other
    return total
"""
_BYTES = """
    text = b""
    for item in wanted:
        text += b"%0500d" % item
    return sum(wanted) + (len(text) < 0)
"""
PROGRAMS = {
    "dict": Program(Growth.LINEAR, _DICT, _SET, _LONG),
    "bisect": Program(Growth.LINEARITHMIC, _BISECT, _SET, _LONG),
    "list scan": Program(Growth.QUADRATIC, _SCAN, _LOOP, _SHORT),
    "sort": Program(Growth.LINEARITHMIC, _SORT, _LOOP, _LONG),
    "nested loop": Program(Growth.QUADRATIC, _NESTED, _LOOP, _SHORT),
    "bytes concatenation": Program(Growth.QUADRATIC, _BYTES, _LOOP, _OF_BYTES),
}
_CLASSES = {
    Growth.LINEAR: "linear or n log n",
    Growth.LINEARITHMIC: "linear or n log n",
    Growth.QUADRATIC: "quadratic",
}


class Outcome(msgspec.Struct, frozen=True):
    """What came of the trials of one kind.

    Attributes:
        title: What was tried.
        command: What tries it again.
        counts: How often each answer came.
        target: What was promised, in words.
        is_met: Whether it was kept.
        seconds: How long it took.
        machine: Where and when.
    """

    title: str
    command: str
    counts: dict[str, int]
    target: str
    is_met: bool
    seconds: float
    machine: Machine

    def __str__(self) -> str:
        counted = ", ".join(f"{name} {count}" for name, count in self.counts.items())
        kept = "kept" if self.is_met else "NOT KEPT"
        return f"{self.title}: {counted} ({self.target}: {kept}; {self.seconds:.0f} s)"


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    num_trials: int
    target: str
    trial: Callable[[], str]
    is_met: Callable[[Counter[str]], bool]
    is_busy: bool = False


def _compare(change: str) -> str:
    """One trial: what is said of a changed copy beside the model answer."""
    question = open_catalog().question(_QUESTION)
    grader = load_grader(question)
    interface = read_interface(question.starter)
    model = rung_sides(question, Job(b"", interface=interface.names))[-1].job
    names = (f"_name_{k} = {k}\n" for k in range(secrets.randbelow(_MAX_NUM_NAMES)))
    source = b"\n".join((model.source, change.encode(), "".join(names).encode()))
    ratios = take_pairs(
        Taking(secrets.randbits(48)),
        (Side(_COPY, replace(model, source=source)), Side(_MODEL, model)),
        grader.measured[_MEASURE],
        _SIZE,
        num_runs=_NUM_RUNS,
    )
    return estimate.difference(estimate.interval(ratios).exp()).value


def slower(percent: int) -> str:
    """Return what makes the model answer so much slower: it is asked again, of less."""
    return _SLOWER.format(percent=percent)


def _classify(program: str) -> str:
    """One trial: the class that is named of a program beside one with a set."""
    tried = PROGRAMS[program]
    sides = [
        Side(name, Job(f"def work(items, wanted):{body}".encode()))
        for name, body in ((_COPY, tried.body), (_MODEL, tried.beside))
    ]
    sizes = tried.sizes
    workload = Workload("growth", program, draw_work)
    taking = Taking(secrets.randbits(48))
    names = (_COPY, _MODEL)
    cells = [
        Cell(size, max(1, 2 * sizes[1] // size), _NUM_REPEATS_OF_GROWTH, names)
        for size in sizes
    ]
    slopes = []
    for number in range(_NUM_ROUNDS_OF_GROWTH):
        everyone = (*sides, echo_of(sides[0].job))
        found = take_round(taking, everyone, cells, workload, number)
        ratios = [ratio_in(found[size], _COPY, _MODEL) for size in sizes]
        slopes.append(estimate.slope(sizes, ratios))
    return estimate.growth_in_words(estimate.interval(slopes), Growth.LINEAR)


def draw_work(size: int, source: random.Random) -> Step:
    """Draw items, the same in another order, and what their sum is."""
    items = source.sample(range(10 * size), size)
    wanted = source.sample(items, size)
    return call("work", items, wanted).gives(sum(wanted))


def is_same(counts: Counter[str], most_undecided: float) -> bool:
    """Whether few enough trials claimed a difference, or nothing at all."""
    claims = counts[Difference.FASTER.value] + counts[Difference.SLOWER.value]
    undecided = counts[Difference.UNDECIDED.value]
    return claims <= 3 and undecided <= most_undecided * counts.total()


def is_slower(counts: Counter[str], least: float) -> bool:
    """Whether a slower answer was recognised often enough, and never called faster."""
    slower = counts[Difference.SLOWER.value]
    return slower >= least * counts.total() and not counts[Difference.FASTER.value]


def is_class(counts: Counter[str], growth: Growth) -> bool:
    """Whether a growth was named rightly often enough, and never wrongly."""
    right = counts[_CLASSES[growth]]
    right += sum(count for words, count in counts.items() if _is_near(words, growth))
    wrong = counts.total() - right - counts["undecided"]
    return right >= 0.95 * counts.total() and wrong == 0


def _is_near(words: str, growth: Growth) -> bool:
    """Whether words name two classes, one of them the right one."""
    return words.startswith("between") and _CLASSES[growth] in words


def _parts() -> dict[str, _Part]:
    same = partial(_compare, "")
    parts = {
        "same": _Part(
            "The model answer against itself, idle",
            300,
            "at most 3 claims of a difference, at most 5 % undecided",
            same,
            partial(is_same, most_undecided=0.05),
        ),
        "same-busy": _Part(
            "The model answer against itself, beside two busy loops",
            300,
            "at most 3 claims of a difference, at most 30 % undecided",
            same,
            partial(is_same, most_undecided=0.3),
            is_busy=True,
        ),
        "slower-30": _Part(
            "A copy that is 30 % slower",
            100,
            "slower in 99 of 100, never faster",
            partial(_compare, slower(30)),
            partial(is_slower, least=0.99),
        ),
        "slower-10": _Part(
            "A copy that is 10 % slower",
            20,
            "slower in 18 of 20, never faster",
            partial(_compare, slower(10)),
            partial(is_slower, least=0.9),
        ),
    }
    for name, (growth, *_) in PROGRAMS.items():
        parts[name.replace(" ", "-")] = _Part(
            f"Growth of a program with a {name}: {_CLASSES[growth]}",
            20,
            "right, or between it and a neighbour, in 19 of 20; never wrong",
            partial(_classify, name),
            partial(is_class, growth=growth),
        )
    return parts


PARTS = tuple(_parts())


def measure(
    names: tuple[str, ...] = PARTS, tell: Callable[[Outcome], None] = print
) -> Iterator[tuple[str, Outcome]]:
    """Try the named parts; `tell` hears of each as soon as it is known."""
    parts = _parts()
    for name in names:
        part = parts[name]
        machine = this_machine()
        begun_s = time.monotonic()
        counts = _counted_busy(part) if part.is_busy else _counted(part)
        outcome = Outcome(
            title=part.title,
            command=f"python -m benchmarks measuring {name}",
            counts=dict(counts.most_common()),
            target=part.target,
            is_met=part.is_met(counts),
            seconds=time.monotonic() - begun_s,
            machine=machine,
        )
        tell(outcome)
        yield name, outcome


def _counted(part: _Part) -> Counter[str]:
    return Counter(part.trial() for _ in range(part.num_trials))


def _counted_busy(part: _Part) -> Counter[str]:
    """Run the trials beside busy loops; two at a time, which makes it no quieter."""
    with _busy_loops(), ThreadPoolExecutor(2) as pool:
        trials = [pool.submit(part.trial) for _ in range(part.num_trials)]
        return Counter(trial.result() for trial in trials)


@contextlib.contextmanager
def _busy_loops() -> Iterator[None]:
    loops = [
        multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
        for _ in range(os.cpu_count() or 1)
    ]
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.join()


def _spin() -> None:
    while True:
        pass


def read_outcomes(data: bytes) -> dict[str, Outcome]:
    """Read what was written of all parts, by their names."""
    return msgspec.json.decode(data, type=dict[str, Outcome])


def as_markdown(outcomes: Sequence[Outcome]) -> str:
    """Write outcomes as a page: doubt first, then a table, then where it was."""
    lines = [
        f"# {TITLE}",
        "",
        NOTES.strip(),
        "",
        "| What | Trials | Answers | Promised | Kept | Command |",
        "| --- | ---: | --- | --- | --- | --- |",
    ]
    for outcome in outcomes:
        answers = ", ".join(f"{name} {count}" for name, count in outcome.counts.items())
        lines.append(
            f"| {outcome.title} | {sum(outcome.counts.values())} | {answers} |"
            f" {outcome.target} | {'yes' if outcome.is_met else '**no**'} |"
            f" `{outcome.command}` |"
        )
    places = dict.fromkeys(
        f"{machine.date}: {machine.cpu}, {machine.num_cores} cores, {machine.system},"
        f" Python {machine.python}, perfkata {machine.perfkata}."
        for machine in (outcome.machine for outcome in outcomes)
    )
    return "\n".join([*lines, "", *places]) + "\n"

"""Gradings of hostile submissions: as a person would, and nothing may be left."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from perfkata.catalog import Question
from perfkata.cli.grading import GradeScreen
from perfkata.judge.grade import Options, grade
from perfkata.judge.report import Report
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.submission import Submission
from tests.conftest import Needs
from tests.hostile.headers import Header, verdict_of
from tests.judge.layers import (
    fresh_seed,
    groups_of,
    leftover_processes,
    mark_of,
    need_control_group,
    need_layer,
    scoped_signals,
)

__all__ = [
    "LIMITS",
    "Grading",
    "assert_safe_to_show",
    "graded",
    "kept_folders",
    "named",
    "require",
    "shown_in_terminal",
]

# Few processes, since a bomb of them is a burden for whatever runs beside the tests.
LIMITS = Limits(cpu_s=2, load_s=2, patience=1, max_processes=128)
_MOST_ROUNDS = 17
_MOST_RESTARTS = 4
# All that a terminal obeys, or that turns the direction of writing.
_OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Grading:
    """One grading of one file.

    Attributes:
        report: What it says.
        shown: What the terminal shows of it.
    """

    report: Report
    shown: str

    @property
    def verdict(self) -> str:
        """What became of the submission."""
        return verdict_of(self.report)


def graded(question: Question, file: Path, layer: Layer, scratch: Path) -> Grading:
    """Grade a file, and see that nothing of the grading is left."""
    seed = fresh_seed()
    handles = sorted(Path("/proc/self/fd").iterdir())
    groups = set(groups_of(os.getpid()))
    options = Options(seed=seed, limits=LIMITS, layer=layer)
    report = grade(question, Submission.read(file), options)
    for mark in marks_of(seed, question):
        assert leftover_processes(mark) == []
    assert set(groups_of(os.getpid())) <= groups
    assert list(scratch.iterdir()) == []
    assert kept_folders() == []
    assert sorted(Path("/proc/self/fd").iterdir()) == handles
    return Grading(report, shown_in_terminal(question, file, report))


def kept_folders() -> list[Path]:
    """The folders in memory that this process made for files that are kept."""
    return list(Path("/dev/shm").glob(f"perfkata-{os.getpid()}-*"))


def marks_of(seed: int, question: Question) -> list[bytes]:
    """What the processes of a grading are known by: of its levels, of each round.

    A restart draws another hash seed from the same source.
    """
    rounds = range(-1, _MOST_ROUNDS) if question.measures else ()
    seeds = [random.Random(f"{seed} {number}").randrange(2**48) for number in rounds]
    source = random.Random(seed)
    num_starts = 1 + (_MOST_RESTARTS if question.keeps_files else 0)
    starts = [source.randrange(2**32) for _ in range(num_starts)]
    return [
        *(f"PYTHONHASHSEED={start}".encode() for start in starts),
        *map(mark_of, seeds),
    ]


def shown_in_terminal(question: Question, file: Path, report: Report) -> str:
    """What the program prints of a report."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        screen = GradeScreen(question, file)
        screen.begin(file)
        for level in report.levels:
            screen.show_level(level)
        for measure in report.measures:
            screen.show_measure(measure)
        screen.finish(report)
    return printed.getvalue()


def assert_safe_to_show(grading: Grading) -> None:
    """Assert that neither a terminal nor who reads the JSON is led to anything."""
    assert _OBEYED.findall(grading.shown) == []
    data = msgspec.json.encode(grading.report)
    assert msgspec.json.decode(data, type=Report) == grading.report
    assert len(data) < 100_000
    assert len(grading.shown) < 100_000


def require(header: Header, layer: Layer, needs: Needs) -> None:
    """Skip where the layer does not work, or the machine lacks what a file needs."""
    need_layer(needs, layer)
    if header.needs == "control group":
        need_control_group()
    elif header.needs == "scoped signals":
        if layer is Layer.LANDLOCK and not scoped_signals():
            pytest.skip("this landlock does not scope signals")
    elif header.needs == "time zones":
        zones = Path("/usr/share/zoneinfo/Europe/Berlin")
        needs("tzdata", install="apt-get install tzdata", is_present=zones.exists())


def named(headers: list[Header]) -> list[object]:
    """Every file in every layer that contains it, as parameters with readable ids."""
    return [
        pytest.param(header, layer, id=f"{header.file.stem}-{layer.value}")
        for header in headers
        for layer, verdict in header.verdicts.items()
        if verdict is not None
    ]

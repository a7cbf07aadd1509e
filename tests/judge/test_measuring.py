"""All measures of a submission: one after the other, in their turn, within a budget."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfkata.catalog import Bar, Growth, Measure
from perfkata.judge import measuring as module
from perfkata.judge.errors import GraderError
from perfkata.judge.loading import load_grader
from perfkata.judge.measures import SUBMISSION, MeasureRun
from perfkata.judge.measuring import BUDGET_S, Measuring, not_measured, rung_sides
from perfkata.judge.report import MeasureReport, MeasureVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import Job
from tests.judge.conftest import Exercise, MakeExercise

_NAMES = ("first", "second", "third")
_GRADER = '''
@level(1)
def one(solution):
    """One."""
    assert solution.answer([1]) == [2]

'''
_WORKLOAD = '''
@measure("{name}")
def {name}(size, source):
    """A number costs what it costs."""
    numbers = [source.randint(0, 99) for _ in range(size)]
    return call("answer", numbers).gives([number + 1 for number in numbers])
'''
_RUNGS = {
    "interviewer/rungs/1_slow.py": """
        def answer(numbers):
            found = []
            for number in numbers:
                found = found + [number + 1]
            return found
        """,
    "interviewer/rungs/2_model.py": """
        def answer(numbers):
            return [number + 1 for number in numbers]
        """,
}
_RULES = ("pickle",)
_SOURCE = (
    b"import pickle\n\ndef answer(numbers):\n    return [n + 1 for n in numbers]\n"
)


def measures_of(
    *names: str, sizes: tuple[int, ...] = (100, 1_000)
) -> tuple[Measure, ...]:
    """Measures of these names."""
    bar = Bar(rung="2_model", at_most=1.5, points=10, source="Made up.")
    return tuple(
        Measure(
            name=name,
            title=name.title(),
            points=10,
            growth=Growth.LINEAR,
            sizes=sizes,
            bars=(bar,),
        )
        for name in names
    )


@pytest.fixture
def exercise(make_exercise: MakeExercise) -> Exercise:
    """A question with three measures and two rungs."""
    workloads = "".join(_WORKLOAD.format(name=name) for name in _NAMES)
    return make_exercise(
        _GRADER + textwrap.dedent(workloads),
        others=_RUNGS,
        measures=measures_of(*_NAMES),
    )


@dataclass
class Recorder:
    """Stands for the runs of measures, and lets time pass.

    Attributes:
        now_s: The time.
        is_held: Whether the turn is held.
        runs: What was to be run, and when.
        lasts_s: How long each run lasts.
    """

    lasts_s: list[float] = field(default_factory=list)
    now_s: float = 1_000.0
    is_held: bool = False
    has_to_wait: bool = False
    runs: list[tuple[float, MeasureRun]] = field(default_factory=list)

    @contextmanager
    def turn(self, on_wait: Callable[[], None]) -> Iterator[bool]:
        if self.has_to_wait:
            on_wait()
            self.now_s += 50
        self.is_held = True
        try:
            yield True
        finally:
            self.is_held = False

    def run_of(self, **facts: Any) -> Any:
        assert self.is_held
        run = MeasureRun(**facts)
        self.runs.append((self.now_s, run))
        return SimpleNamespace(run=lambda: self.measured(run))

    def measured(self, run: MeasureRun) -> MeasureReport:
        assert self.is_held
        self.now_s += self.lasts_s.pop(0) if self.lasts_s else 0.0
        verdict = MeasureVerdict.RUNG_REACHED
        return MeasureReport(run.measure.name, run.measure.title, 10, verdict)


@contextmanager
def recorded(recorder: Recorder) -> Iterator[Recorder]:
    """Have measures be recorded instead of taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MeasureRun", recorder.run_of)
        patch.setattr(module, "turn", recorder.turn)
        clock = SimpleNamespace(monotonic=lambda: recorder.now_s)
        patch.setattr(module, "time", clock)
        yield recorder


def measuring_of(
    exercise: Exercise, on_progress: Callable[[str], None] = lambda text: None
) -> Measuring:
    """The measures of a submission that breaks a rule, which was looked for before."""
    return Measuring(
        question=exercise.question,
        grader=load_grader(exercise.question),
        job=Job(_SOURCE, interface=("answer",), rules=_RULES),
        seed=7,
        limits=Limits(patience=500),
        on_progress=on_progress,
    )


def test_measures_come_in_the_order_of_the_question(exercise: Exercise) -> None:
    """Each has its own workload, the ladder, and a submission that rules let pass."""
    with recorded(Recorder()) as recorder:
        reports = list(measuring_of(exercise).run())
    assert [report.name for report in reports] == list(_NAMES)
    for (_, run), measure in zip(
        recorder.runs, exercise.question.measures, strict=True
    ):
        assert run.measure is measure
        assert run.workload.name == measure.name
        assert (run.submission.name, run.submission.job.rules) == (SUBMISSION, ())
        assert run.submission.job.source == _SOURCE
        assert [rung.name for rung in run.rungs] == ["1_slow", "2_model"]
        assert (run.taking.seed, run.taking.limits.patience) == (7, 500)
    takings = {id(run.taking) for _, run in recorder.runs}
    assert len(takings) == len(_NAMES)


def test_rungs_are_loaded_as_the_submission_is(exercise: Exercise) -> None:
    """A rung differs in its source and its file's name, and no rule holds it back."""
    job = Job(
        _SOURCE,
        given=b"x = 1",
        records={"Point": int},
        interface=("answer",),
        rules=_RULES,
        workloads=b"y = 1",
    )
    sides = rung_sides(exercise.question, job)
    assert [side.name for side in sides] == ["1_slow", "2_model"]
    for side, path in zip(sides, exercise.question.rungs(), strict=True):
        assert side.job.source == path.read_bytes()
        assert (side.job.file_name, side.job.rules) == (path.name, ())
        assert (side.job.given, side.job.workloads) == (job.given, job.workloads)
        assert (side.job.records, side.job.interface) == (job.records, job.interface)


# The exercise is the same for every example, and none changes it.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lasts_s=st.lists(st.floats(0, 12), min_size=3, max_size=3),
    has_to_wait=st.booleans(),
)
def test_the_budget_is_shared_by_the_measures_that_are_left(
    exercise: Exercise, lasts_s: list[float], has_to_wait: bool
) -> None:
    """What one leaves is the others', waiting costs nobody, and none gets more."""
    with recorded(Recorder(list(lasts_s), has_to_wait=has_to_wait)) as recorder:
        begun_s = recorder.now_s + 50 * has_to_wait
        list(measuring_of(exercise).run())
    until_s = begun_s + BUDGET_S
    for place, (now_s, run) in enumerate(recorder.runs):
        share_s = (until_s - now_s) / (len(_NAMES) - place)
        assert run.until_s == pytest.approx(now_s + share_s)
        assert run.until_s <= until_s + 1e-6


def test_a_measure_is_told_before_the_next_begins(exercise: Exercise) -> None:
    """Reports come one by one, in one turn, which is given back at the end."""
    with recorded(Recorder()) as recorder:
        reports = measuring_of(exercise).run()
        for number, report in enumerate(reports, start=1):
            assert report.name == _NAMES[number - 1]
            assert len(recorder.runs) == number
            assert recorder.is_held
        assert not recorder.is_held


def test_whoever_stops_listening_gives_the_turn_back(exercise: Exercise) -> None:
    """A generator that is closed, or a callback that is interrupted, ends the turn."""
    with recorded(Recorder()) as recorder:
        reports = measuring_of(exercise).run()
        next(reports)
        reports.close()
        assert not recorder.is_held
        assert len(recorder.runs) == 1


def test_waiting_for_the_turn_is_said(exercise: Exercise) -> None:
    """A person who waits for another measurement hears what for."""
    said: list[str] = []
    with recorded(Recorder(has_to_wait=True)):
        list(measuring_of(exercise, said.append).run())
    assert said == ["waiting for another measurement of yours to end"]


def test_what_is_not_measured_stays_open(exercise: Exercise) -> None:
    """Each measure is in the report, with all of its points open and the reason."""
    reports = not_measured(exercise.question, "there is no time")
    assert reports == [
        MeasureReport(
            name=name,
            title=name.title(),
            points=10,
            verdict=MeasureVerdict.NOT_MEASURED,
            open_points=10,
            message="there is no time",
        )
        for name in _NAMES
    ]


_SQUARES = """
@level(1)
def three(solution):
    \"\"\"Zero, one and four.\"\"\"
    assert solution.answer(3) == 5


@measure("first")
def squares(size, source):
    \"\"\"A number costs what it costs.\"\"\"
    n = 50 * size + source.randint(0, 99)
    return call("answer", n).gives((n - 1) * n * (2 * n - 1) // 6)
"""
_LADDER = {
    "interviewer/rungs/1_lists.py": """
        def answer(n):
            return sum([sum([k * k]) for k in list(range(n))])
        """,
    "interviewer/rungs/2_model.py": """
        def answer(n):
            return sum(k * k for k in range(n))
        """,
}


@pytest.fixture
def squares(make_exercise: MakeExercise) -> Exercise:
    """A question with a measure of one small size, which real processes run."""
    return make_exercise(
        _SQUARES, others=_LADDER, measures=measures_of("first", sizes=(300,))
    )


def measured(exercise: Exercise, source: bytes, said: list[str]) -> MeasureReport:
    """The only measure of a submission, taken of real processes."""
    limits = Limits(patience=500)
    grader = load_grader(exercise.question)
    measuring = Measuring(
        exercise.question, grader, Job(source), 7, limits, on_progress=said.append
    )
    (report,) = measuring.run()
    return report


def test_real_processes_are_measured(squares: Exercise) -> None:
    """A measure of real answers has standings, costs and memory, whatever they are."""
    said: list[str] = []
    model = squares.question.rungs()[-1].read_bytes()
    report = measured(squares, model, said)
    assert report.verdict not in (MeasureVerdict.NOT_MEASURED, MeasureVerdict.FAILED)
    assert [found.rung for found in report.standings] == ["1_lists", "2_model"]
    for found in report.standings:
        assert found.low < found.ratio < found.high
        assert found.num_pairs >= 3
    assert report.growth is None
    (cost,) = report.costs
    assert cost.size == 300
    assert cost.seconds is not None and cost.model_seconds is not None
    assert report.memory is not None and report.memory.size == 300
    assert 0 <= report.earned + report.open_points <= 10
    assert "measuring first: trying 300" in said


def test_an_answer_that_is_wrong_at_the_size_is_told(squares: Exercise) -> None:
    """Every answer is checked while it is measured, so a right level is no licence."""
    source = b"def answer(n):\n    return 5 if n == 3 else n\n"
    report = measured(squares, source, [])
    assert report.verdict is MeasureVerdict.FAILED
    assert (report.message or "").startswith("wrong answer: ")
    assert (report.earned, report.open_points) == (0, 0)


def test_a_model_answer_that_is_wrong_is_an_error_of_the_question(
    squares: Exercise,
) -> None:
    """Nothing is measured beside an answer that is not right."""
    rung = squares.question.rungs()[-1]
    source = rung.read_bytes()
    rung.write_text("def answer(n):\n    return n\n")
    with pytest.raises(GraderError, match="the rung 2_model fails in the measure"):
        measured(squares, source, [])

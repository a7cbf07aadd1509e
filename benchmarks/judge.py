"""What the judge itself costs: how long a learner waits for it, and for what.

Every figure is taken from outside where a person would be: from starting a command to
its first line or its end, from asking for a worker to its first answer.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.figures import Figure, Results, figure, this_machine
from perfkata.catalog import Question, open_catalog
from perfkata.judge.grading import Held, hold
from perfkata.judge.report import Reports
from perfkata.judge.sandbox import Layer, available_layers
from perfkata.judge.session import Job, Session
from perfkata.judge.talk import CaseTalk

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "What the judge costs"
NOTES = """\
Read these as what one machine took on one day. A worker's start is mostly the
interpreter's, and whatever else the machine did is in all of them. None of it decides a
grade or a test. No other judge stands beside it: we have run none here.
"""
_BENCH = "python -m benchmarks"
_NUM_STARTS = 30
_NUM_CALLS = 5_000
_NUM_HELD = 256
_NUM_HELD_ROUNDS = 20
_NUM_RUNS = 10
_NUM_MAKE_RUNS = 5
_NUM_MEASURED_RUNS = 5
_QUESTION = "21"
_ROOT = Path(__file__).resolve().parent.parent
_JOB = Job(source=b"def answer(number):\n    return number\n", interface=("answer",))
_ASKING = b"""\
import threading

def ask(function, count):
    for number in range(count):
        function(number)

def ask_together(function, count):
    threads = [
        threading.Thread(target=function, args=(number,)) for number in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
_ASKING_JOB = Job(source=_ASKING, interface=("ask", "ask_together"))
# What scripts/setup asks itself before it does anything.
_IS_SET_UP = (
    '[ "$(cat .venv/.perfkata-setup)" ='
    ' "$(cat pyproject.toml constraints.txt scripts/setup | cksum) in $PWD" ]'
)


def measure(tell: Callable[[Figure], None] = lambda figure: None) -> Results:
    """Take all figures; `tell` hears of each as soon as it is known."""
    machine = this_machine()
    figures: list[Figure] = []
    skipped: list[str] = []
    for found in _figures(skipped):
        figures.append(found)
        tell(found)
    return Results(machine, tuple(figures), tuple(skipped))


def _figures(skipped: list[str]) -> Iterator[Figure]:
    for layer, answer in available_layers().items():
        if answer:
            skipped.append(f"the layer {layer.value}: {answer}")
        else:
            yield _worker_start(layer)
    yield _small_call()
    yield _callback()
    yield from _held()
    yield _restart()
    question = open_catalog().question(_QUESTION)
    if question.is_here:
        yield from _grade(question)
    else:
        skipped.append(f"a grade of question {_QUESTION}, which is not here")
    help_s = [_run(_perfkata("--help"))[1] for _ in range(_NUM_RUNS)]
    title, command = "`perfkata --help`", "perfkata --help"
    yield figure(title, help_s, command=command, unit="ms", target=300)
    if _is_set_up():
        # The first of them fills what caches there are.
        make_s = [_run(["make", "run"])[1] for _ in range(_NUM_MAKE_RUNS + 1)][1:]
        yield figure("`make run`, again", make_s, command="make run", unit="ms")
    else:
        skipped.append("`make run`, since 'make setup' has work to do first")


def _worker_start(layer: Layer) -> Figure:
    taken_s = []
    for _ in range(_NUM_STARTS):
        started = time.perf_counter()
        with Session(_JOB, layer=layer) as session, session.fork() as fork:
            fork.call("answer", (1,), {})
            taken_s.append(time.perf_counter() - started)
    title = f"Start of a worker to its first answer, {layer.value}"
    return figure(title, taken_s, command=_BENCH, unit="ms", target=60)


def _small_call() -> Figure:
    taken_s = []
    with Session(_JOB) as session, session.fork() as fork:
        for number in range(_NUM_CALLS):
            started = time.perf_counter()
            fork.call("answer", (number,), {})
            taken_s.append(time.perf_counter() - started)
    title = "A call of one integer that returns it"
    return figure(title, taken_s, command=_BENCH, unit="us", target=60)


def _callback() -> Figure:
    """Time callbacks from one to the next, as they come here."""
    times_s: list[float] = []

    def function(number: int) -> int:
        times_s.append(time.perf_counter())
        return number

    with Session(_ASKING_JOB) as session, CaseTalk(session) as talk:
        talk.begin().ask(function, _NUM_CALLS + 1)
    taken_s = [after - before for before, after in itertools.pairwise(times_s)]
    title = "A call back of one integer that returns it"
    return figure(title, taken_s, command=_BENCH, unit="us", target=80)


def _held() -> Iterator[Figure]:
    """Hold calls of as many threads of a submission until all are there."""
    taken_s: list[float] = []
    num_more: list[float] = []

    def function(number: int) -> Held:
        held.append(hold())
        if len(held) == _NUM_HELD:
            num_more.append(_num_own_threads() - num_before)
            for each in held:
                each.release(number)
        return held[-1]

    with Session(_ASKING_JOB) as session, CaseTalk(session) as talk:
        solution = talk.begin()
        num_before = _num_own_threads()
        for _ in range(_NUM_HELD_ROUNDS):
            held: list[Held] = []
            started = time.perf_counter()
            solution.ask_together(function, _NUM_HELD)
            taken_s.append((time.perf_counter() - started) / _NUM_HELD)
    title = f"A call back of a new thread, {_NUM_HELD} held open together"
    yield figure(title, taken_s, command=_BENCH, unit="us")
    title = f"Threads of the judge's own for {_NUM_HELD} held calls"
    yield figure(title, num_more, command=_BENCH, unit="threads", target=0)


def _num_own_threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def _restart() -> Figure:
    taken_s = []
    with Session(_JOB) as session, CaseTalk(session) as talk:
        solution = talk.begin()
        for number in range(_NUM_STARTS):
            started = time.perf_counter()
            solution.restart()
            solution.answer(number)
            taken_s.append(time.perf_counter() - started)
    title = "A restart in a case to the first answer after it"
    return figure(title, taken_s, command=_BENCH, unit="ms", target=60)


def _grade(question: Question) -> Iterator[Figure]:
    first_s, whole_s = [], []
    with _workspace(question) as solution:
        command = _perfkata("grade", question.number, "--levels-only", str(solution))
        for _ in range(_NUM_RUNS):
            first, whole = _run(command, first_word=b"level 1")
            first_s.append(first)
            whole_s.append(whole)
        measured = _perfkata("grade", question.number, "--json", str(solution))
        measured_s = [_measured_s(measured) for _ in range(_NUM_MEASURED_RUNS)]
    shown = f"perfkata grade {question.number} --levels-only solution.py"
    title = "`perfkata grade` to its first verdict"
    yield figure(title, first_s, command=shown, unit="s", target=0.3)
    title = (
        f"`perfkata grade`, all levels of question {question.number}, a right answer"
    )
    yield figure(title, whole_s, command=shown, unit="s", target=3)
    title = f"All measures of question {question.number}, the model answer"
    shown = f"perfkata grade {question.number} solution.py"
    yield figure(title, measured_s, command=shown, unit="s", target=30)


def _measured_s(command: list[str]) -> float:
    """Grade and return how long the measures took together."""
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    (report,) = msgspec.json.decode(done.stdout, type=Reports).reports
    return sum(measure.seconds for measure in report.measures)


@contextmanager
def _workspace(question: Question) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="perfkata-bench-") as name:
        solution = Path(name) / "solution.py"
        shutil.copyfile(question.rungs()[-1], solution)
        yield solution


def _perfkata(*arguments: str) -> list[str]:
    script = Path(sys.executable).with_name("perfkata")
    if script.exists():
        return [str(script), *arguments]
    return [sys.executable, "-m", "perfkata", *arguments]


def _run(command: list[str], first_word: bytes = b"") -> tuple[float, float]:
    """Run a command; the seconds to a word on its output, and to its end.

    Raises:
        RuntimeError: It failed, or never said the word.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    said = b""
    first_s: float | None = None
    while part := os.read(process.stdout.fileno(), 65_536):
        said += part
        if first_s is None and first_word in said:
            first_s = time.perf_counter() - started
    exit_code = process.wait()
    whole_s = time.perf_counter() - started
    process.stdout.close()
    if exit_code or first_s is None:
        raise RuntimeError(f"{' '.join(command)} ended with {exit_code}: {said!r:.500}")
    return first_s, whole_s


def _is_set_up() -> bool:
    """Whether `make run` would install nothing."""
    if shutil.which("make") is None or not (_ROOT / ".venv").is_dir():
        return False
    asked = subprocess.run(
        ["sh", "-c", _IS_SET_UP], cwd=_ROOT, stderr=subprocess.DEVNULL, check=False
    )
    return asked.returncode == 0

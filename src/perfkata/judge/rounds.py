"""A round: processes that are measured beside each other, window by window.

All sides of a round run on one CPU, with one hash seed and, where the system allows it,
at the same addresses. In each repeat every side gets the same fresh calls. The *echo*
is a side that does nothing: it is handed the same calls and sends the expected answers,
and what that costs is no answer's cost.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from perfkata.judge import grading
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import CaseFailedError, Gives, Step
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Layer, Limits, has_fixed_layout
from perfkata.judge.session import Fork, Job, LoadError, NotAllowedError, Session
from perfkata.judge.stopped import StoppedError

__all__ = [
    "ECHO",
    "Repeat",
    "Round",
    "Side",
    "SideFailedError",
    "echo_of",
    "prepare_echo",
]

ECHO = "echo"
_ECHO_SOURCE = b"""\
_answers = []

def _prepare(answers):
    _answers.extend(reversed(answers))

def _next(*arguments, **keywords):
    return _answers.pop()

def __getattr__(name):
    return _next
"""
_ECHO_WORKLOADS = b"""\
import solution

def __getattr__(name):
    return solution._next
"""
_NUM_STARTED_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class Side:
    """One of the answers that are measured beside each other.

    Attributes:
        name: A rung's name, or what the submission is called.
        job: What its process loads.
    """

    name: str
    job: Job


class SideFailedError(Exception):
    """A side gave no right answer: which one, and how it failed."""

    def __init__(self, name: str, verdict: LevelVerdict, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.verdict = verdict
        self.message = message


@dataclass(frozen=True, slots=True)
class Repeat:
    """What one repeat cost each side.

    Attributes:
        costs_s: CPU time by the side's name.
        is_disturbed: Whether a side had to wait for its turn on the CPU.
    """

    costs_s: Mapping[str, float]
    is_disturbed: bool


def echo_of(job: Job) -> Side:
    """Return the side that does nothing, for sides with jobs like this one."""
    workloads = None if job.workloads is None else _ECHO_WORKLOADS
    job = replace(job, source=_ECHO_SOURCE, workloads=workloads, rules=(), interface=())
    return Side(ECHO, job)


@dataclass(slots=True)
class Round:
    """Sides that run beside each other while the ``with`` block lasts.

    Attributes:
        sides: The sides, neighbours in time as they are in the list.
        seed: Draws the hash seed that all of them have.
        limits: The safety net.
        layer: The layer to insist on.
        cpu: The CPU that all of them run on.
    """

    sides: Sequence[Side]
    seed: int
    limits: Limits
    layer: Layer | None = None
    cpu: int | None = None
    _sessions: dict[str, Session] = field(default_factory=dict)
    _forks: dict[str, Fork] = field(default_factory=dict)
    # A process dies with the thread that started it, so these live as long as it does.
    _starters: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_NUM_STARTED_TOGETHER)
    )

    def __enter__(self) -> Self:
        """Start all of them.

        Raises:
            SideFailedError: One does not load any more.
            SandboxError: No worker starts.
        """
        for side in self.sides:
            self._sessions[side.name] = Session(
                side.job,
                self.limits,
                self.seed,
                self.layer,
                is_measured=True,
                cpu=self.cpu,
            )
        try:
            names = list(self._sessions)
            forks = self._starters.map(self._started, names)
            self._forks = dict(zip(names, forks, strict=True))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        with ExitStack() as stack:
            for session in self._sessions.values():
                stack.callback(session.close)
            # First of all: what is being started now would be left over.
            stack.callback(self._starters.shutdown, cancel_futures=True)

    def _started(self, name: str) -> Fork:
        try:
            return self._sessions[name].undivided()
        except LoadError as error:
            verdict = LevelVerdict.CRASHED
            raise SideFailedError(name, verdict, error.message) from error
        except NotAllowedError as error:
            verdict = LevelVerdict.CRASHED
            raise SideFailedError(name, verdict, "it is not allowed") from error
        except StoppedError as error:
            raise SideFailedError(name, error.verdict, error.message) from error

    @property
    def is_layout_fixed(self) -> bool:
        """Whether all of its processes are placed at the same addresses."""
        return all(has_fixed_layout(fork.process_id) for fork in self._forks.values())

    @property
    def has_group_clock(self) -> bool:
        """Whether costs are CPU times of control groups, not of single processes."""
        times = [session.read_all_cpu_s() for session in self._sessions.values()]
        return bool(times) and None not in times

    def repeat(
        self, steps: Sequence[Step], names: Sequence[str], cpu_limit_s: float
    ) -> Repeat:
        """Have sides make the same calls, each in a window of its own.

        Args:
            steps: The calls and what each must give; all in one window.
            names: The sides whose turn it is, in this order.
            cpu_limit_s: CPU time after which a window is stopped.

        Raises:
            SideFailedError: A side was stopped, or an answer of it is not right; it
                can be asked nothing more then.
            GraderError: A step cannot be sent, or expects no value.
        """
        calls = [
            (step.call.name, step.call.arguments, step.call.keywords) for step in steps
        ]
        packed = self._sessions[names[0]].packed(calls)
        costs_s: dict[str, float] = {}
        is_disturbed = False
        for name in names:
            fork = self._forks[name]
            try:
                if name == ECHO:
                    prepare_echo(fork, steps)
                window = fork.window(packed, len(steps), cpu_limit_s)
                for step, answer in zip(steps, window.answers, strict=True):
                    grading.check(answer, step.expectation)
            except (CaseFailedError, StoppedError) as error:
                raise SideFailedError(name, error.verdict, error.message) from error
            costs_s[name] = window.cpu_s
            is_disturbed |= window.is_disturbed
        return Repeat(costs_s, is_disturbed)

    def peak_bytes(self, name: str) -> int | None:
        """Return the most memory that a side's process ever had, if it can be read.

        Source: proc(5), *status*, VmHWM.
        """
        process_id = self._forks[name].process_id
        with contextlib.suppress(OSError, ValueError, IndexError):
            text = Path(f"/proc/{process_id}/status").read_text()
            return 1_024 * int(text.partition("VmHWM:")[2].split()[0])
        return None


def prepare_echo(fork: Fork, steps: Sequence[Step]) -> None:
    """Hand an echo the answers that it will give to these steps.

    Raises:
        GraderError: One of them expects an exception.
        StoppedError: It does not take them.
    """
    answers: list[Any] = []
    for step in steps:
        if not isinstance(step.expectation, Gives):
            raise GraderError(
                "a step of a measure expects an exception",
                "let it expect a value: 'call(…).gives(…)'",
            )
        answers.append(step.expectation.value)
    fork.call("_prepare", (answers,), {})
    fork.forget_clock()

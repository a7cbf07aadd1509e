"""A submission that answers as a test wrote down, in the place of a worker."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import ModuleType

from perfkata.judge.answer import Answer, Raised
from perfkata.judge.grading import Solution, current_solution
from perfkata.judge.scratch import Scratch
from perfkata.judge.steps import Call
from perfkata.judge.stopped import StoppedError

__all__ = ["Script", "case_of", "case_with", "raised"]


def raised(name: str = "ValueError", text: str = "", *bases: str) -> Raised:
    """An exception of the submission, as it describes it itself."""
    return Raised(name, (name, *bases, "Exception", "BaseException"), text, "traceback")


class Script:
    """Answers calls with what a test wrote, in order, and notes what it was asked.

    Attributes:
        calls: The calls.
        num_restarts: How often it began anew.
        limits: The limits that its files were given.
        is_nested: Whether a function of the grader is being carried out.
        scratch: Its files.
    """

    def __init__(
        self, *answers: Answer | StoppedError, scratch: Scratch | None = None
    ) -> None:
        self.calls: list[Call] = []
        self.num_restarts = 0
        self.limits: list[tuple[int | None, bool]] = []
        self.is_nested = False
        self.scratch = scratch
        self.waiting: Callable[[], None] | None = None
        self._answers = iter(answers)

    @property
    def model(self) -> ModuleType:
        """A model answer that is none."""
        return ModuleType("model")

    def ask(self, asked: Call) -> tuple[Answer, int]:
        """Give the next answer."""
        self.calls.append(asked)
        answer = next(self._answers)
        if isinstance(answer, StoppedError):
            raise answer
        return answer, 0

    def restart(self) -> None:
        """Note that it began anew."""
        self.num_restarts += 1

    def limit_files(self, num_bytes: int | None, *, is_fatal: bool) -> None:
        """Note a limit."""
        self.limits.append((num_bytes, is_fatal))

    def when_waiting(self, function: Callable[[], None]) -> None:
        """Note what is called meanwhile."""
        self.waiting = function


@contextlib.contextmanager
def case_of(*answers: Answer | StoppedError) -> Iterator[Solution]:
    """Run the block as a case whose calls are answered like this."""
    with case_with(Script(*answers)) as solution:
        yield solution


@contextlib.contextmanager
def case_with(script: Script) -> Iterator[Solution]:
    """Run the block as a case of this script."""
    solution = Solution(script)
    token = current_solution.set(solution)
    try:
        yield solution
    finally:
        current_solution.reset(token)

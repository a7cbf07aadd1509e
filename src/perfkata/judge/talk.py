"""What one case says to a submission: its process, its files, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from types import ModuleType, TracebackType
from typing import Any, Self

from perfkata.judge.answer import Answer, Returned, Unsendable
from perfkata.judge.comparison import difference
from perfkata.judge.conversation import Callback, Conversation
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import Solution
from perfkata.judge.objects import Remote
from perfkata.judge.report import LevelVerdict
from perfkata.judge.scratch import Scratch
from perfkata.judge.session import Session
from perfkata.judge.steps import Call, CaseFailedError, Gives
from perfkata.judge.wire import encode

__all__ = ["CaseTalk", "check_inputs"]


class CaseTalk:
    """The talk of one case, or of several one after the other, with one submission.

    Args:
        session: The submission.
        keeps_inputs: Whether an answer that changes its arguments fails.
        cpu_limit_s: CPU time of a call, if it is another than the session's.
        observe: Hears of every call that is made.
        load_model: Returns the model answer as a module of this side.
    """

    def __init__(
        self,
        session: Session,
        *,
        keeps_inputs: bool = False,
        cpu_limit_s: float | None = None,
        observe: Callable[[Call], None] = lambda call: None,
        load_model: Callable[[], ModuleType] | None = None,
    ) -> None:
        self._session = session
        self._keeps_inputs = keeps_inputs
        self._cpu_limit_s = cpu_limit_s
        self._observe = observe
        self._load_model = load_model
        self._stack = ExitStack()
        self._conversation: Conversation | None = None
        self._is_limited = False
        self._hears: Callable[[], None] | None = None
        self._recorded: list[Callback] = []
        self.solution = Solution(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        self._stack.close()

    def begin(self) -> Solution:
        """Begin a case; it finds no file, and nothing of what was said before.

        What the submission itself remembers is there, if its process goes on.
        """
        if self._is_limited:
            self.limit_files(None, is_fatal=False)
        if self._session.scratch is not None:
            self._session.scratch.clear()
        if self._conversation is not None:
            self._conversation.forget()
        self._recorded.clear()
        self._hears = None
        self.solution = Solution(self)
        return self.solution

    def settle(self) -> None:
        """End a case: see whether the submission went on behind its last answer."""
        if self._conversation is not None:
            self._conversation.settle()

    @property
    def callbacks(self) -> list[Callback]:
        """What the submission asked of the case's things, in order."""
        now = [] if self._conversation is None else self._conversation.callbacks
        return [*self._recorded, *now]

    @property
    def is_nested(self) -> bool:
        """Whether a function of the grader is being carried out."""
        return self._conversation is not None and self._conversation.is_nested

    @property
    def scratch(self) -> Scratch | None:
        """The folder in which the submission keeps its files, if it has one."""
        return self._session.scratch

    @property
    def model(self) -> ModuleType:
        """The model answer, on this side."""
        if self._load_model is None:
            raise GraderError("there is no model answer here")
        return self._load_model()

    def ask(self, asked: Call) -> tuple[Answer, int]:
        """Make a call; see `Conversation.call`.

        Raises:
            CaseFailedError: It changed an argument that was to stay.
        """
        conversation = self._said()
        self._observe(asked)
        answer, number = conversation.call(
            asked.target,
            asked.arguments,
            asked.keywords,
            keeps_inputs=self._keeps_inputs,
            cpu_limit_s=self._cpu_limit_s,
        )
        check_inputs(self._session, asked, answer)
        return answer, number

    def restart(self) -> None:
        """End the process and begin in a new one."""
        if self.is_nested:
            raise GraderError("a restart within a call", "let the call return first")
        self._end()
        self._session.restart()
        self._is_limited = False

    def limit_files(self, num_bytes: int | None, *, is_fatal: bool) -> None:
        """Let no file grow beyond a length."""
        self._is_limited = num_bytes is not None
        self._said().call(("files", num_bytes, is_fatal), (), {})

    def when_waiting(self, function: Callable[[], None]) -> None:
        """Have a function called while the submission does nothing."""
        self._hears = function
        self._said().when_waiting(function)

    def _said(self) -> Conversation:
        if self._conversation is None:
            fork = self._stack.enter_context(self._session.fork())
            self._conversation = fork.converse(self._call_of)
            if self._hears is not None:
                self._conversation.when_waiting(self._hears)
        return self._conversation

    def _call_of(
        self, on: Remote, name: str, arguments: tuple[Any, ...], keywords: Any
    ) -> Any:
        return self.solution._call_of(on, name, arguments, keywords)

    def _end(self) -> None:
        if self._conversation is not None:
            self._recorded += self._conversation.callbacks
        self._conversation = None
        self._stack.close()


def check_inputs(session: Session, asked: Call, answer: Answer) -> None:
    """Check that a call left its arguments as they were.

    Raises:
        CaseFailedError: It did not.
    """
    inputs = None if isinstance(answer, Unsendable) else answer.inputs
    if inputs is None:
        return
    before = (*asked.arguments, *asked.keywords.values())
    match inputs:
        case (tuple(arguments), dict(keywords)):
            after = (*arguments, *keywords.values())
        case _:
            after = ()
    found = difference(after, before)
    if found is not None and not _are_same(session, after, before):
        changed = [
            index
            for index, pair in enumerate(zip(before, after, strict=False))
            if not _are_same(session, *pair)
        ]
        index = changed[0] if changed else 0
        which = f"argument {index + 1}" if len(before) > 1 else "its argument"
        raise CaseFailedError(
            LevelVerdict.CHANGED_INPUT,
            f"it changed {which}, which was to stay as it is",
            Gives(before[index]),
            Returned(after[index]) if index < len(after) else answer,
            found,
        )


def _are_same(session: Session, after: object, before: object) -> bool:
    """Whether values are the same where NaN, which equals nothing, is itself."""
    records = session.job.records.values()
    return encode(after, records=records) == encode(before, records=records)

"""Runs the cases of a level and finds the smallest failure that shows what is wrong.

A case written by hand gets a fork of its own. A generated case is drawn many times, and
many draws go to one fork in one exchange; the first that fails is replayed alone in a
fresh fork. If it fails there too it is made smaller; if it does not, calls disturb each
other, and the shortest run of calls that still fails is shown instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from perfkata.catalog import Level
from perfkata.judge import grading
from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.comparison import difference, shown
from perfkata.judge.drawing import Draw, shrink
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import (
    Call,
    Case,
    CaseFailedError,
    Gives,
    Raises,
    Solution,
    Step,
)
from perfkata.judge.report import Failure, LevelReport, LevelVerdict, encodable
from perfkata.judge.reproduction import Allowed, Sources, reproduction
from perfkata.judge.session import Fork, LoadError, Session
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import encode

__all__ = ["LevelRun", "Observer"]

_EXCHANGE_SIZE = 64
_MAX_SHRINK_ATTEMPTS = 200
_MAX_SHRINK_S = 3.0
# To try these again costs the time limit, the memory or the worker each time.
_NOT_SHRUNK = (
    LevelVerdict.TOO_SLOW,
    LevelVerdict.TOO_MUCH_MEMORY,
    LevelVerdict.TOO_MUCH_OUTPUT,
    LevelVerdict.BROKE_PROTOCOL,
)

Observer = Callable[[Call], None]


@dataclass(frozen=True, slots=True)
class _Found:
    """A failure, and the calls that show it."""

    failed: CaseFailedError
    calls: tuple[Call, ...]
    printed: str
    is_shared_state: bool = False


@dataclass(slots=True)
class LevelRun:
    """One level of one grading.

    Attributes:
        session: The submission.
        level: The level's facts.
        cases: Its cases, in order.
        seed: Draws the generated ones.
        share: The part of the generated cases that is drawn.
        observe: Hears of every call that is made.
        module: The graded file's name without its ending, for reproductions.
    """

    session: Session
    level: Level
    cases: tuple[Case, ...]
    seed: int
    share: float = 1.0
    observe: Observer = lambda call: None
    module: str = "solution"
    _num_cases: int = field(default=0)
    _sources: Sources = field(default_factory=dict)

    def run(self) -> LevelReport:
        """Grade the level; it ends at the first case that fails.

        Raises:
            GraderError: A case breaks the rules of the grader's language.
            LoadError: The submission loaded before and does not any more.
        """
        started = time.monotonic()
        failure = None
        verdict = LevelVerdict.PASSED
        for case in self.cases:
            self.session.forget_output()
            self._sources = grading.written_sources()
            found = self._handwritten(case) if case.run else self._generated(case)
            if found is not None:
                verdict = found.failed.verdict
                failure = self._failure(case, found)
                break
        is_passed = verdict is LevelVerdict.PASSED
        return LevelReport(
            number=self.level.number,
            title=self.level.title,
            points=self.level.points,
            earned=self.level.points if is_passed else 0,
            verdict=verdict,
            num_cases=self._num_cases,
            seconds=time.monotonic() - started,
            failure=failure,
        )

    def _handwritten(self, case: Case) -> _Found | None:
        assert case.run is not None
        self._num_cases += 1
        calls: list[Call] = []
        try:
            with self.session.fork() as fork:
                solution = Solution(lambda asked: self._ask(fork, asked), calls)
                token = grading.current_solution.set(solution)
                try:
                    case.run(solution)
                finally:
                    grading.current_solution.reset(token)
        except (CaseFailedError, StoppedError) as error:
            return self._alone_if_enough(self._found(error, calls))
        except (GraderError, LoadError):
            raise
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise GraderError(f"the case {case.name} failed itself: {what}") from error
        if not calls:
            raise GraderError(f"the case {case.name} asks the solution nothing")
        return None

    def _ask(self, fork: Fork, asked: Call) -> Answer:
        self.observe(asked)
        answer = fork.call(
            asked.name,
            asked.arguments,
            asked.keywords,
            keeps_inputs=self.level.keeps_inputs,
            cpu_limit_s=self.level.cpu_limit_s,
        )
        self._check_inputs(asked, answer)
        return answer

    def _found(
        self, error: CaseFailedError | StoppedError, calls: Sequence[Call]
    ) -> _Found:
        failed = _failed(error)
        return _Found(failed, tuple(calls[: failed.num_calls]), self.session.printed)

    def _alone_if_enough(self, found: _Found) -> _Found:
        """Leave out the calls before the last, if it fails in the same way alone."""
        if len(found.calls) < 2 or found.failed.verdict in _NOT_SHRUNK:
            return found
        last = found.calls[-1]
        failed = found.failed
        expectation = failed.expectation
        if expectation is None or failed.verdict is LevelVerdict.CHANGED_INPUT:
            alone = self._first_failure([last])
        else:
            alone = self._first_failure([Step(last, expectation)])
        if alone is not None and alone.failed.verdict is failed.verdict:
            return alone
        return replace(found, is_shared_state=True)

    def _first_failure(self, steps: Sequence[Step | Call]) -> _Found | None:
        """Run steps in a fresh fork and return the first failure."""
        calls = [step.call if isinstance(step, Step) else step for step in steps]
        done = 0
        try:
            with self.session.fork() as fork:
                for step, answer in zip(steps, self._answers(fork, calls), strict=True):
                    done += 1
                    self._check_step(step, answer)
        except CaseFailedError as error:
            return self._found(error, calls[:done])
        except StoppedError as error:
            # What was printed may be read behind the last answer.
            last = min(done, len(steps) - 1)
            return self._found(_stopped(error, steps[last]), calls[: last + 1])
        return None

    def _answers(self, fork: Fork, calls: Sequence[Call]) -> Iterator[Answer]:
        return fork.run(
            [(call.name, call.arguments, call.keywords) for call in calls],
            keeps_inputs=self.level.keeps_inputs,
            cpu_limit_s=self.level.cpu_limit_s,
        )

    def _generated(self, case: Case) -> _Found | None:
        count = max(1, round(case.count * self.share))
        for start in range(0, count, _EXCHANGE_SIZE):
            indices = range(start, min(start + _EXCHANGE_SIZE, count))
            draws = [self._drawn(case, index) for index in indices]
            steps = [step for _, drawn in draws for step in drawn]
            for step in steps:
                self.observe(step.call)
            found = self._first_failure(steps)
            if found is None:
                self._num_cases += len(draws)
                continue
            num_calls = 0
            for index, (_, drawn) in enumerate(draws):
                self._num_cases += 1
                num_calls += len(drawn)
                if num_calls >= len(found.calls):
                    return self._explained(case, draws[: index + 1], found)
        return None

    def _drawn(
        self, case: Case, index: int, record: Sequence[int] | None = None
    ) -> tuple[Draw, list[Step]]:
        assert case.draw is not None
        seed = f"{self.seed} {case.name} {index}" if record is None else None
        draw = Draw(seed, record or ())
        try:
            steps = case.draw(draw)
        except Exception as error:
            raise GraderError(
                f"the case {case.name} cannot be drawn: {type(error).__name__}: {error}"
            ) from error
        if not steps:
            raise GraderError(f"the case {case.name} draws no step")
        return draw, steps

    def _explained(
        self, case: Case, draws: list[tuple[Draw, list[Step]]], found: _Found
    ) -> _Found:
        """Make a drawn failure as small as it gets, or show what it depends on."""
        draw, drawn_steps = draws[-1]
        _, own_steps = self._drawn(case, 0, draw.taken)
        if not _is_same_draw(own_steps, drawn_steps):
            raise GraderError(
                f"the case {case.name} draws otherwise for the same choices",
                "draw through `draw` alone, or no seed replays it",
            )
        alone = self._first_failure(own_steps)
        if alone is None and found.failed.verdict is LevelVerdict.TOO_MUCH_OUTPUT:
            # Output is read beside the answers, so a later draw may have been blamed.
            failures = (self._first_failure(drawn) for _, drawn in draws[:-1])
            return next(filter(None, failures), found)
        if alone is None and found.failed.verdict in _NOT_SHRUNK:
            # The limits are those of an exchange: many draws reach them together.
            return found
        if alone is None:
            return self._depending(
                [step for _, drawn in draws for step in drawn], found
            )
        if alone.failed.verdict in _NOT_SHRUNK:
            return alone
        best = alone

        def still_fails(record: Sequence[int]) -> Sequence[int] | None:
            nonlocal best
            try:
                smaller, smaller_steps = self._drawn(case, 0, record)
            except GraderError:
                return None
            again = self._first_failure(smaller_steps)
            if again is None or again.failed.verdict is not alone.failed.verdict:
                return None
            if len(smaller.taken) <= len(record):
                best = again
            return smaller.taken

        record = shrink(
            draw.taken,
            still_fails,
            max_attempts=_MAX_SHRINK_ATTEMPTS,
            max_seconds=_MAX_SHRINK_S,
        )
        _, smallest_steps = self._drawn(case, 0, record)
        return self._first_failure(smallest_steps) or best

    def _depending(self, steps: list[Step], found: _Found) -> _Found:
        """Find a short run of calls that fails where its last call alone does not."""
        best = found
        deadline = time.monotonic() + _MAX_SHRINK_S
        num_before = 1
        last = steps[: len(found.calls)]
        while num_before < len(last) and time.monotonic() < deadline:
            again = self._first_failure(last[-1 - num_before :])
            if again is not None:
                best = again
                break
            num_before *= 2
        kept = list(best.calls)
        by_call = {id(step.call): step for step in steps}
        index = 0
        while index < len(kept) - 1 and time.monotonic() < deadline:
            shorter = kept[:index] + kept[index + 1 :]
            again = self._first_failure([by_call[id(call)] for call in shorter])
            if again is not None and len(again.calls) == len(shorter):
                kept, best = shorter, again
            else:
                index += 1
        return replace(best, is_shared_state=True)

    def _failure(self, case: Case, found: _Found) -> Failure:
        failed = found.failed
        message = failed.message
        if failed.verdict is LevelVerdict.TOO_MUCH_MEMORY:
            message = self.session.memory_message
        if found.is_shared_state:
            message = f"right alone, wrong after other calls: {message}"
        expectation, answer = failed.expectation, failed.answer
        expected = came = traceback = None
        if isinstance(expectation, Gives):
            expected = shown(expectation.value)
        elif isinstance(expectation, Raises):
            expected = str(expectation)
        if isinstance(answer, Returned):
            came = shown(answer.value)
        elif isinstance(answer, Unsendable):
            came = answer.why
        elif isinstance(answer, Raised):
            came = f"{answer.type_name}: {answer.text}" if answer.text else None
            came = came or answer.type_name
            traceback = answer.traceback
        limits = self.session.limits
        allowed = Allowed(
            cpu_s=self.level.cpu_limit_s or limits.cpu_s,
            wait_s=(self.level.cpu_limit_s or limits.cpu_s) * limits.patience,
            memory_bytes=limits.memory_bytes,
            output_bytes=limits.output_bytes,
        )
        program = reproduction(found.calls, failed, self._sources, allowed, self.module)
        return Failure(
            case=case.name,
            purpose=case.purpose,
            message=encodable(message),
            expected=None if expected is None else encodable(expected),
            came=None if came is None else encodable(came),
            traceback=None if traceback is None else encodable(traceback),
            reproduction=encodable(program),
            printed=found.printed or None,
        )

    def _check_step(self, step: Step | Call, answer: Answer) -> None:
        if isinstance(step, Step):
            self._check_inputs(step.call, answer)
            grading.check(answer, step.expectation)
        else:
            self._check_inputs(step, answer)
            grading.check_returned(answer)

    def _check_inputs(self, asked: Call, answer: Answer) -> None:
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
        if found is not None and not self._are_same(after, before):
            changed = [
                index
                for index, pair in enumerate(zip(before, after, strict=False))
                if not self._are_same(*pair)
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

    def _are_same(self, after: object, before: object) -> bool:
        """Whether values are the same where NaN, which equals nothing, is itself."""
        records = self.session.job.records.values()
        return encode(after, records=records) == encode(before, records=records)


def _is_same_draw(replayed: list[Step], drawn: list[Step]) -> bool:
    try:
        return repr(replayed) == repr(drawn)
    except ValueError:  # an integer of more digits than Python prints
        return len(replayed) == len(drawn)


def _stopped(error: StoppedError, step: Step | Call) -> CaseFailedError:
    expectation = step.expectation if isinstance(step, Step) else None
    return CaseFailedError(error.verdict, error.message, expectation)


def _failed(error: CaseFailedError | StoppedError) -> CaseFailedError:
    if isinstance(error, CaseFailedError):
        return error
    return CaseFailedError(error.verdict, error.message)

"""Runs the cases of a level and finds the smallest failure that shows what is wrong.

A case written by hand gets a fork of its own. A generated case is drawn many times, and
many draws go to one fork in one exchange; the first that fails is replayed alone in a
fresh fork. If it fails there too it is made smaller; if it does not, calls disturb each
other, and the shortest run of calls that still fails is shown instead.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from perfkata.catalog import Level
from perfkata.judge import grading
from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.comparison import shown
from perfkata.judge.conversation import Callback
from perfkata.judge.drawing import Draw, shrink
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.grading import Case, Solution
from perfkata.judge.literals import Sources
from perfkata.judge.report import Failure, LevelReport, LevelVerdict, encodable
from perfkata.judge.reproduction import reproduction
from perfkata.judge.session import Fork, LoadError, Session
from perfkata.judge.steps import (
    Call,
    CaseFailedError,
    Event,
    FilesChanged,
    FilesLimited,
    Gives,
    NotGives,
    Raises,
    Restarted,
    Step,
    check,
    check_returned,
)
from perfkata.judge.stopped import StoppedError
from perfkata.judge.story import Allowed, Handed, Story
from perfkata.judge.surroundings import Surroundings
from perfkata.judge.talk import CaseTalk, check_inputs

__all__ = ["LevelRun", "Observer"]

_GRADER = "grader.py"
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

# Each draw begins with an empty folder.
_NO_FILES = FilesChanged(
    ("for entry in pathlib.Path.cwd().iterdir():", "    entry.unlink()")
)

Observer = Callable[[Call], None]


@dataclass(frozen=True, slots=True)
class _Found:
    """A failure, and what shows it.

    Attributes:
        failed: What failed.
        events: What the case did until then.
        printed: What the submission printed.
        is_shared_state: Whether the last call would have been right alone.
        names: What the case calls objects of both sides, by their ids.
        answers: What it calls answers, by how many events led to them.
        returned: The answers, in the same way.
        functions: What it handed over as functions, with what they use.
        callbacks: What the submission asked of the case's things.
    """

    failed: CaseFailedError
    events: tuple[Event, ...]
    printed: str
    is_shared_state: bool = False
    names: dict[int, tuple[object, str]] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    returned: dict[int, Any] = field(default_factory=dict)
    functions: dict[Handed, tuple[FunctionType, Surroundings]] = field(
        default_factory=dict
    )
    callbacks: tuple[Callback, ...] = ()


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
        load_model: Returns the model answer as a module of this side.
    """

    session: Session
    level: Level
    cases: tuple[Case, ...]
    seed: int
    share: float = 1.0
    observe: Observer = lambda call: None
    module: str = "solution"
    load_model: Callable[[], ModuleType] | None = None
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
            if case.run is not None:
                found = self._handwritten(case)
            else:
                found = self._live(case) if case.live else self._generated(case)
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
        with self._talk() as talk:
            found = self._asked(case, talk, case.run)
            if found is not None:
                return self._alone_if_enough(found)
            if not talk.solution._events:
                raise GraderError(f"the case {case.name} asks the solution nothing")
        return None

    def _talk(self) -> CaseTalk:
        return CaseTalk(
            self.session,
            keeps_inputs=self.level.keeps_inputs,
            cpu_limit_s=self.level.cpu_limit_s,
            observe=self.observe,
            load_model=self.load_model,
        )

    def _asked(
        self, case: Case, talk: CaseTalk, run: Callable[[Solution], None]
    ) -> _Found | None:
        """Run a case that asks the submission itself; return how it failed."""
        solution = talk.begin()
        token = grading.current_solution.set(solution)
        try:
            run(solution)
            talk.settle()
        except (CaseFailedError, StoppedError) as error:
            return self._found(error, solution, talk)
        except (JudgeError, LoadError):
            raise
        except Exception as error:
            failed = _misused(error, solution)
            if failed is None:
                what = f"{type(error).__name__}: {error}{_line_of(error)}"
                raise GraderError(
                    f"the case {case.name} failed itself: {what}"
                ) from error
            return self._found(failed, solution, talk)
        finally:
            grading.current_solution.reset(token)
        return None

    def _found(
        self, error: CaseFailedError | StoppedError, solution: Solution, talk: CaseTalk
    ) -> _Found:
        failed = _failed(error)
        return _Found(
            failed,
            tuple(solution._events[: failed.num_events]),
            self.session.printed,
            names=dict(solution._names),
            answers={place: name for name, place in solution._named.items() if place},
            returned=dict(solution._returned),
            functions=dict(solution._functions),
            callbacks=tuple(talk.callbacks),
        )

    def _alone_if_enough(self, found: _Found) -> _Found:
        """Leave out the calls before the last, if it fails in the same way alone."""
        failed = found.failed
        plain = [each for each in found.events if isinstance(each, Call)]
        is_plain = len(plain) == len(found.events)
        if not is_plain or not all(call.is_plain for call in plain):
            return found
        if len(plain) < 2 or failed.verdict in _NOT_SHRUNK or failed.claim is not None:
            return found
        last = plain[-1]
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
            return _Found(_failed(error), tuple(calls[:done]), self.session.printed)
        except StoppedError as error:
            # What was printed may be read behind the last answer.
            last = min(done, len(steps) - 1)
            failed = _stopped(error, steps[last])
            return _Found(failed, tuple(calls[: last + 1]), self.session.printed)
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
                if num_calls >= len(found.events):
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

        def replay(record: Sequence[int]) -> tuple[Draw, _Found | None]:
            smaller, steps = self._drawn(case, 0, record)
            return smaller, self._first_failure(steps)

        return _smallest(draw.taken, alone, replay)

    def _depending(self, steps: list[Step], found: _Found) -> _Found:
        """Find a short run of calls that fails where its last call alone does not."""
        best = found
        deadline = time.monotonic() + _MAX_SHRINK_S
        num_before = 1
        last = steps[: len(found.events)]
        while num_before < len(last) and time.monotonic() < deadline:
            again = self._first_failure(last[-1 - num_before :])
            if again is not None:
                best = again
                break
            num_before *= 2
        kept = [each for each in best.events if isinstance(each, Call)]
        by_call = {id(step.call): step for step in steps}
        index = 0
        while index < len(kept) - 1 and time.monotonic() < deadline:
            shorter = kept[:index] + kept[index + 1 :]
            again = self._first_failure([by_call[id(call)] for call in shorter])
            if again is not None and len(again.events) == len(shorter):
                kept, best = shorter, again
            else:
                index += 1
        return replace(best, is_shared_state=True)

    def _live(self, case: Case) -> _Found | None:
        """Run a case that draws while it asks; many draws share one process."""
        assert case.live is not None
        count = max(1, round(case.count * self.share))
        for start in range(0, count, _EXCHANGE_SIZE):
            with self._talk() as talk:
                for index in range(start, min(start + _EXCHANGE_SIZE, count)):
                    self._num_cases += 1
                    draw = self._draw(case, index)
                    found = self._drawn_live(case, talk, draw)
                    if found is not None:
                        indices = range(start, index + 1)
                        return self._explained_live(case, indices, draw, found)
                if not talk.solution._events:
                    raise GraderError(f"the case {case.name} asks the solution nothing")
        return None

    def _draw(
        self, case: Case, index: int, record: Sequence[int] | None = None
    ) -> Draw:
        seed = f"{self.seed} {case.name} {index}" if record is None else None
        return Draw(seed, record or ())

    def _drawn_live(self, case: Case, talk: CaseTalk, draw: Draw) -> _Found | None:
        def run(solution: Solution) -> None:
            assert case.live is not None
            case.live(solution, draw)

        return self._asked(case, talk, run)

    def _replayed_live(self, case: Case, *draws: Draw) -> _Found | None:
        """Run draws one after the other in a fresh process until one fails.

        What is found then begins with all that the draws before it did.
        """
        before: list[Solution] = []
        with self._talk() as talk:
            for draw in draws:
                found = self._drawn_live(case, talk, draw)
                if found is not None:
                    return self._behind(before, found)
                before.append(talk.solution)
        return None

    def _behind(self, before: list[Solution], found: _Found) -> _Found:
        """Put what other draws did before what a draw did."""
        for solution in reversed(before):
            events = list(solution._events)
            if any(isinstance(event, FilesLimited) for event in events):
                events.append(FilesLimited(None))
            if self.session.scratch is not None:
                events.append(_NO_FILES)
            num_events = len(events)
            num_restarts = sum(isinstance(event, Restarted) for event in events)
            returned = {
                place + num_events: value for place, value in found.returned.items()
            }
            answers = {
                place + num_events: name for place, name in found.answers.items()
            }
            functions = {
                (number, process + num_restarts): function
                for (number, process), function in found.functions.items()
            }
            found = replace(
                found,
                events=(*events, *found.events),
                names=solution._names | found.names,
                answers=answers,
                returned=dict(solution._returned) | returned,
                functions=solution._functions | functions,
            )
        return found

    def _explained_live(
        self, case: Case, indices: range, draw: Draw, found: _Found
    ) -> _Found:
        """Make a failure as small as it gets, or show that others lead to it."""
        alone = self._replayed_live(case, self._draw(case, 0, draw.taken))
        if alone is None:
            return self._depending_live(case, indices, found)
        if alone.failed.verdict in _NOT_SHRUNK:
            return alone

        def replay(record: Sequence[int]) -> tuple[Draw, _Found | None]:
            smaller = self._draw(case, 0, record)
            return smaller, self._replayed_live(case, smaller)

        return _smallest(draw.taken, alone, replay)

    def _depending_live(self, case: Case, indices: range, found: _Found) -> _Found:
        """Find a short run of draws of which the last fails, as it does not alone."""
        if found.failed.verdict in _NOT_SHRUNK:
            return found
        deadline = time.monotonic() + _MAX_SHRINK_S
        kept: list[int] = []
        num_before = 1
        while len(kept) < len(indices) and time.monotonic() < deadline:
            kept = list(indices[-1 - num_before :])
            again = self._replayed_live(case, *(self._draw(case, i) for i in kept))
            if again is not None:
                found = again
                break
            num_before *= 2
        else:
            kept = []
        place = 0
        while place < len(kept) - 1 and time.monotonic() < deadline:
            fewer = kept[:place] + kept[place + 1 :]
            again = self._replayed_live(case, *(self._draw(case, i) for i in fewer))
            if again is not None:
                kept, found = fewer, again
            else:
                place += 1
        return replace(found, is_shared_state=True)

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
        elif isinstance(expectation, NotGives):
            expected = f"anything but {shown(expectation.value)}"
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
        story = Story(
            events=found.events,
            failed=failed,
            sources=self._sources,
            allowed=allowed,
            module=self.module,
            names=found.names,
            answers=found.answers,
            returned=found.returned,
            functions=found.functions,
            callbacks=found.callbacks,
            has_files=self.session.scratch is not None,
        )
        program = reproduction(story)
        return Failure(
            case=case.name,
            purpose=case.purpose,
            message=encodable(message),
            expected=None if expected is None else encodable(expected),
            came=None if came is None else encodable(came),
            traceback=None if traceback is None else encodable(traceback),
            reproduction=encodable(program),
            printed=found.printed or None,
            is_by_order=any(each.num_open > 1 for each in found.callbacks),
        )

    def _check_step(self, step: Step | Call, answer: Answer) -> None:
        if isinstance(step, Step):
            check_inputs(self.session, step.call, answer)
            check(answer, step.expectation)
        else:
            check_inputs(self.session, step, answer)
            check_returned(answer)


def _smallest(
    taken: Sequence[int],
    alone: _Found,
    replay: Callable[[Sequence[int]], tuple[Draw, _Found | None]],
) -> _Found:
    """Return the smallest failure of the same verdict that choices lead to.

    Args:
        taken: The choices that led to a failure.
        alone: That failure.
        replay: Draws with other choices; returns the draw and how it failed.
    """
    best = alone

    def still_fails(record: Sequence[int]) -> Sequence[int] | None:
        nonlocal best
        try:
            smaller, again = replay(record)
        except GraderError:  # the record ends in a choice that cannot be
            return None
        if again is None or again.failed.verdict is not alone.failed.verdict:
            return None
        if len(smaller.taken) <= len(record):
            best = again
        return smaller.taken

    record = shrink(
        taken,
        still_fails,
        max_attempts=_MAX_SHRINK_ATTEMPTS,
        max_seconds=_MAX_SHRINK_S,
    )
    _, found = replay(record)
    return found or best


def _line_of(error: Exception) -> str:
    """Say in which line of the grader an error came about, if that is known."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == _GRADER]
    return f" (line {lines[-1]})" if lines else ""


def _misused(error: Exception, solution: Solution) -> CaseFailedError | None:
    """Say that an answer does not allow what the question does with it.

    None if there is no answer yet, so that the case itself must be wrong.
    """
    if solution._last is None:
        return None
    return CaseFailedError(
        LevelVerdict.WRONG_ANSWER,
        f"its answer cannot be used as the question says: {error}",
        answer=solution._last,
        misused=error,
    )


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

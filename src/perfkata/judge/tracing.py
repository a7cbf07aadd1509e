"""Counts what one call of a submission does: lines, calls, items walked and copied.

This file is sent to the worker as code, like `rules`, and uses `operations` and the
standard library alone. It shares a process with the submission, so what it counts
explains and decides nothing. Counted is the submission's own file, on the thread that
calls, in rows:

    lines   (line, times reached, nanoseconds)
    calls   (line, name, times, length of what it was called on)
    work    (line, kind, name, times, items)

Calls are those of functions of Python and its library, and of types that copy. What
watches is ``sys.monitoring`` where it exists, else ``sys.settrace`` and
``sys.setprofile``; they differ by one where a comprehension begins, which is no
function of its own in later versions.

Nanoseconds leave out the counting itself, not the way there: one long call takes the
share of time that it takes untraced, and many short instructions take more.
"""

from __future__ import annotations

import _thread
import sys
import time
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from perfkata.judge.operations import (
    CALLS,
    COPYING_TYPES,
    UNKNOWN,
    Sites,
    length,
    name_of,
    operands,
    operations,
    value_of,
    work_of,
)

__all__ = ["OddError", "trace"]

_MAX_EVENTS = 1_000_000
_MAX_ROWS = 1_000
_MAX_NAME_CHARACTERS = 80
_EVENTS_PER_LOOK_AT_THE_CLOCK = 1_024
# What counting needs beyond the depth that the submission may reach.
_RECURSION_ROOM = 100
_MAX_TOOLS = 6
# Code of its own, or not, by the version of Python.
_COMPREHENSIONS = frozenset(("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"))

# What a row holds: times and an amount.
_Rows = dict[tuple[Any, ...], list[int]]


class OddError(Exception):
    """Something else was traced, or nothing: what was counted explains nothing."""


class _StopError(BaseException):
    """Ends a run that has taken long enough."""


def trace(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    source: str,
    file_name: str,
    max_seconds: float,
) -> tuple[Any, ...]:
    """Call a function once and return what it did, as plain values.

    Args:
        function: A function of the submission, or one that calls it.
        arguments: Its arguments by position.
        keywords: Its arguments by name.
        source: The submission's source.
        file_name: The name that its code has.
        max_seconds: How long it may take before it is stopped.

    Returns:
        Whether it was counted to its end, its calls of functions of its own, and the
        rows of lines, calls and work.

    Raises:
        OddError: It raised, or took part in the tracing.
    """
    counts = _Counts(source, file_name, max_seconds)
    watch = _Monitoring if hasattr(sys, "monitoring") else _Tracing
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + _RECURSION_ROOM)
    is_complete = True
    try:
        watch(counts).run(lambda: function(*arguments, **keywords))
    except _StopError:
        is_complete = False
    except BaseException as error:
        raise OddError(type(error).__name__) from None
    finally:
        sys.setrecursionlimit(limit)
    return (
        is_complete,
        counts.num_own_calls,
        [(*key, *row) for key, row in _largest(counts.lines)],
        [(*key, *row) for key, row in _largest(counts.calls)],
        [(*key, *row) for key, row in _largest(counts.work)],
    )


def _largest(rows: _Rows) -> list[tuple[tuple[Any, ...], list[int]]]:
    ordered = sorted(rows.items(), key=lambda item: item[1][0], reverse=True)
    return sorted(ordered[:_MAX_ROWS])


class _Counts:
    """What was counted so far."""

    def __init__(self, source: str, file_name: str, max_seconds: float) -> None:
        self.file_name = file_name
        self.thread = _thread.get_ident()
        self.lines: _Rows = {}
        self.calls: _Rows = {}
        self.work: _Rows = {}
        self.num_own_calls = 0
        self.sites = Sites(source)
        self._until_s = time.perf_counter() + max_seconds
        self._num_events = 0
        self._row = [0, 0]
        self._since_ns = time.perf_counter_ns()

    def is_own(self, code: CodeType) -> bool:
        return code.co_filename == self.file_name

    def begin_event(self) -> None:
        """Charge the time since the event before to the line that was running.

        Raises:
            _StopError: It took long enough.
        """
        self._row[1] += time.perf_counter_ns() - self._since_ns
        self._num_events += 1
        if self._num_events % _EVENTS_PER_LOOK_AT_THE_CLOCK == 0 and (
            self._num_events > _MAX_EVENTS or time.perf_counter() > self._until_s
        ):
            raise _StopError

    def end_event(self, line: int | None) -> None:
        self._row = self.lines.get((line,)) or [0, 0]
        self._since_ns = time.perf_counter_ns()

    def enter(self, code: CodeType) -> None:
        """Count a call of a function of the submission, or that it is resumed."""
        self.num_own_calls += code.co_name not in _COMPREHENSIONS

    def reach(self, line: int) -> None:
        """Count a line that is about to run."""
        self.lines.setdefault((line,), [0, 0])[0] += 1

    def operate(self, frame: FrameType, offset: int) -> bool:
        """Count what an operator is about to do; False if it is none that counts."""
        found = self.sites.at(frame.f_code, offset)
        if found is None or found[0] in CALLS:
            return False
        name, node = found
        for kind, what, num_items in operations(name, node, self.sites, frame):
            self._add_work(frame.f_lineno, kind, what, num_items)
        return True

    def call(self, frame: FrameType, offset: int, called: Any) -> None:
        """Count a call of a builtin or of the library that is about to happen."""
        found = self.sites.at(frame.f_code, offset)
        node = found[1] if found is not None else None
        self._add_call(frame, node, name_of(called), called)

    def _add_call(self, frame: FrameType, node: Any, name: str, called: Any) -> None:
        receiver, values = operands(node, called, frame)
        on = receiver if receiver is not UNKNOWN else next(iter(values), UNKNOWN)
        line = frame.f_lineno
        row = self.calls.setdefault((line, name[:_MAX_NAME_CHARACTERS]), [0, 0])
        row[0] += 1
        row[1] += length(on)
        for kind, num_items in work_of(name, receiver, values, self.sites):
            self._add_work(line, kind, name, num_items)

    def call_type(self, frame: FrameType) -> None:
        """Count what a frame is about to do, if it is to call a builtin type."""
        found = self.sites.at(frame.f_code, frame.f_lasti)
        if found is not None and found[0] in CALLS:
            called = value_of(found[1].func, frame)
            if any(called is kind for kind in COPYING_TYPES):
                self.call(frame, frame.f_lasti, called)

    def call_from(self, frame: FrameType, begun: FrameType) -> None:
        """Count a frame of the library's that has begun, if it was called."""
        found = self.sites.at(frame.f_code, frame.f_lasti)
        if found is not None and found[0] in CALLS:
            module = begun.f_globals.get("__name__")
            name = f"{module}.{begun.f_code.co_qualname}"
            self._add_call(frame, found[1], name, None)

    def _add_work(self, line: int, kind: str, name: str, num_items: int) -> None:
        name = name[:_MAX_NAME_CHARACTERS]
        row = self.work.setdefault((line, kind, name), [0, 0])
        row[0] += 1
        row[1] += num_items


def _check(is_ours: bool) -> None:
    """Check that the submission has not meddled with what watches it."""
    if not is_ours:
        raise OddError("something else was traced")


class _Tracing:
    """Watches with ``sys.settrace`` and ``sys.setprofile``."""

    def __init__(self, counts: _Counts) -> None:
        self._counts = counts

    def run(self, function: Callable[[], Any]) -> None:
        """Run a function and count what it does."""
        hooks = self._on_frame, self._on_c_call
        sys.setprofile(hooks[1])
        sys.settrace(hooks[0])
        try:
            function()
            _check((sys.gettrace(), sys.getprofile()) == hooks)
        finally:
            sys.settrace(None)
            sys.setprofile(None)

    def _on_frame(self, frame: FrameType, *_: Any) -> Any:
        counts = self._counts
        if counts.is_own(frame.f_code):
            counts.begin_event()
            counts.enter(frame.f_code)
            watched = counts.sites.operators(frame.f_code)
            frame.f_trace_opcodes = bool(watched)
            counts.end_event(frame.f_lineno)
            return self._hook(watched)
        caller = frame.f_back
        if caller is not None and counts.is_own(caller.f_code):
            counts.begin_event()
            counts.call_from(caller, frame)
            counts.end_event(caller.f_lineno)
        return None

    def _hook(self, watched: frozenset[int]) -> Any:
        """Return what hears of a frame in which these instructions count."""
        counts = self._counts

        def on_event(frame: FrameType, event: str, _: Any) -> Any:
            # Most events are these, and they take most of the time.
            if event == "opcode" and frame.f_lasti not in watched:
                return on_event
            counts.begin_event()
            line: int | None = frame.f_lineno
            if event == "line":
                counts.reach(frame.f_lineno)
            elif event == "opcode":
                if not counts.operate(frame, frame.f_lasti):
                    counts.call_type(frame)
            elif event == "return":
                caller = frame.f_back
                is_own = caller is not None and counts.is_own(caller.f_code)
                line = caller.f_lineno if caller is not None and is_own else None
            counts.end_event(line)
            return on_event

        return on_event

    def _on_c_call(self, frame: FrameType, event: str, called: Any) -> None:
        counts = self._counts
        if event == "c_call" and counts.is_own(frame.f_code):
            counts.begin_event()
            counts.call(frame, frame.f_lasti, called)
            counts.end_event(frame.f_lineno)


class _Monitoring:
    """Watches with ``sys.monitoring``."""

    def __init__(self, counts: _Counts) -> None:
        self._counts = counts
        # Types are checked as for 3.11, which has none.
        self._monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
        events = self._monitoring.events
        self._handlers: dict[int, Callable[..., Any]] = {
            events.PY_START: self._on_start,
            events.PY_RESUME: self._on_start,
            events.JUMP: self._on_jump,
            events.LINE: self._on_line,
            events.INSTRUCTION: self._on_instruction,
            events.CALL: self._on_call,
        }

    def run(self, function: Callable[[], Any]) -> None:
        """Run a function and count what it does."""
        monitoring, events = self._monitoring, sum(self._handlers)
        tools = range(_MAX_TOOLS)
        free = [tool for tool in tools if monitoring.get_tool(tool) is None]
        _check(bool(free))
        tool = free[0]
        monitoring.use_tool_id(tool, __name__)
        try:
            for event, handler in self._handlers.items():
                monitoring.register_callback(tool, event, self._heard(handler))
            monitoring.set_events(tool, events)
            function()
            _check(monitoring.get_tool(tool) == __name__)
            _check(monitoring.get_events(tool) == events)
        finally:
            if monitoring.get_tool(tool) == __name__:
                monitoring.set_events(tool, 0)
                for event in self._handlers:
                    monitoring.register_callback(tool, event, None)
                monitoring.free_tool_id(tool)

    def _heard(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Hear of own code on this thread, and never again of a place elsewhere."""
        counts, disable = self._counts, self._monitoring.DISABLE

        def hear(code: CodeType, *event: Any) -> Any:
            if not counts.is_own(code):
                return disable
            if _thread.get_ident() != counts.thread:
                return None
            counts.begin_event()
            frame = sys._getframe(1)
            wanted = handler(frame, *event)
            counts.end_event(frame.f_lineno)
            return wanted

        return hear

    def _on_start(self, frame: FrameType, _: int) -> None:
        self._counts.enter(frame.f_code)

    def _on_line(self, _: FrameType, line: int) -> None:
        self._counts.reach(line)

    def _on_jump(self, frame: FrameType, offset: int, target: int) -> Any:
        if not self._counts.sites.is_loop(frame.f_code, offset, target):
            return self._monitoring.DISABLE
        self._counts.reach(frame.f_lineno)
        return None

    def _on_instruction(self, frame: FrameType, offset: int) -> Any:
        is_operator = self._counts.operate(frame, offset)
        return None if is_operator else self._monitoring.DISABLE

    def _on_call(self, frame: FrameType, offset: int, called: Any, _: Any) -> None:
        code = getattr(called, "__code__", None)
        is_own = isinstance(code, CodeType) and self._counts.is_own(code)
        is_copying = any(called is kind for kind in COPYING_TYPES)
        if is_copying or not (is_own or isinstance(called, type)):
            self._counts.call(frame, offset, called)

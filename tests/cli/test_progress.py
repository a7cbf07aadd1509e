"""The progress line: on a terminal alone, and gone before anything else is printed."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from contextlib import redirect_stderr

import pytest

from perfkata.cli import progress
from perfkata.cli.progress import Progress


class _Terminal(io.StringIO):
    """Says that it is a terminal, and when something is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2

    def write(self, text: str) -> int:
        count = super().write(text)
        self.written.set()
        return count


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """A terminal of 20 columns, for one who has no patience."""
    terminal = _Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(progress, "_TICK_S", 0.001)
    monkeypatch.setattr("os.get_terminal_size", lambda _: _Size(20))
    return terminal


class _Size:
    def __init__(self, columns: int) -> None:
        self.columns = columns


def test_a_terminal_is_told_what_goes_on(terminal: _Terminal) -> None:
    """The line says what is done, fits the terminal, and is erased at the end."""
    with redirect_stderr(terminal), Progress().running() as shown:
        shown.show("grading a very long level")
        assert terminal.written.wait(10)
    text = terminal.getvalue()
    lines = text.split("\r\x1b[K")
    assert "grading a very long" in lines
    assert max(map(len, lines)) < 20
    assert text.endswith("\r\x1b[K")


def test_details_go_on_counting(
    terminal: _Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes quickly is seen too, with the seconds of the whole."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    with redirect_stderr(terminal), Progress().running() as shown:
        shown.show("begun")
        now[0] += 7
        shown.detail("pair 2")
        terminal.written.clear()
        assert terminal.written.wait(10)
    assert "pair 2 … 7 s" in terminal.getvalue()


def test_nothing_is_drawn_while_something_else_is_printed(terminal: _Terminal) -> None:
    """Within `aside` the terminal belongs to whoever prints."""
    with redirect_stderr(terminal), Progress().running() as shown:
        shown.show("waiting")
        assert terminal.written.wait(10)
        with shown.aside():
            assert terminal.getvalue().endswith("\r\x1b[K")
            terminal.written.clear()
            assert not terminal.written.wait(0.05)


@pytest.mark.parametrize("spoil", ["no terminal", "dumb"])
def test_elsewhere_it_is_silent(
    terminal: _Terminal, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    """A file, a pipe and a dumb terminal get nothing, and no thread is started."""
    if spoil == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    else:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
    before = threading.active_count()
    with redirect_stderr(terminal), Progress().running() as shown:
        shown.show("anything")
        assert threading.active_count() == before
        with shown.aside():
            pass
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_it_ends_with_the_work(terminal: _Terminal, error: type[BaseException]) -> None:
    """An exception passes through, the line is erased and the thread is gone."""
    before = threading.active_count()
    with pytest.raises(error):
        _run(terminal, lambda: _fail(error))
    assert threading.active_count() == before
    assert terminal.getvalue().endswith("\r\x1b[K")


def _run(terminal: _Terminal, work: Callable[[], None]) -> None:
    with redirect_stderr(terminal), Progress().running() as shown:
        shown.show("failing")
        assert terminal.written.wait(10)
        work()


def _fail(error: type[BaseException]) -> None:
    raise error

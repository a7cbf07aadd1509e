"""Turns: one measurement of a user goes on, the others wait, however it ends.

The turn is taken under a name of each test's own, since measurements of this user may
go on while the tests run.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from perfkata.judge import turns
from perfkata.judge.turns import turn

_HOLDER = """
import sys
from perfkata.judge import turns

who, turns._NAME, how = sys.argv[1:]
if how == "file":
    turns._take = turns._take_file

def say(what):
    print(who, what, flush=True)

with turns.turn(lambda: say("waits")) as is_alone:
    say(f"goes on {is_alone}")
    sys.stdin.readline()
    say("gives it back")
"""


@dataclass
class Clock:
    """A clock that only a pause moves.

    Attributes:
        now_s: What it shows.
        pauses: How long each pause was.
    """

    now_s: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now_s += seconds


@pytest.fixture(params=["name", "file"])
def how(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> str:
    """How the turn is taken: by a name in the kernel, or by a lock on a file."""
    if request.param == "name" and sys.platform != "linux":
        pytest.skip("only Linux has names of sockets that are no files")
    monkeypatch.setattr(turns, "_NAME", f"perfkata-test-{secrets.token_hex(8)}")
    monkeypatch.setattr(turns, "_take", getattr(turns, f"_take_{request.param}"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return str(request.param)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that a turn waits by in this test."""
    made = Clock()
    monkeypatch.setattr(turns, "time", made)
    return made


@contextmanager
def holder(who: str, how: str, output: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that takes the turn, and gives it back when it is sent a line."""
    command = [sys.executable, "-c", _HOLDER, who, turns._NAME, how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output) as process:
        try:
            yield process
        finally:
            process.kill()


def let_go(process: subprocess.Popen[bytes]) -> None:
    """Tell a holder to give the turn back."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()


def test_two_processes_take_turns(how: str) -> None:
    """The second says once that it waits, and goes on when the first has ended."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as said, ExitStack() as stack:
        stack.callback(os.close, writing)
        first = stack.enter_context(holder("first", how, writing))
        assert said.readline() == "first goes on True\n"
        second = stack.enter_context(holder("second", how, writing))
        assert said.readline() == "second waits\n"
        let_go(first)
        assert said.readline() == "first gives it back\n"
        assert said.readline() == "second goes on True\n"
        let_go(second)
        assert said.readline() == "second gives it back\n"


def test_a_holder_that_is_killed_frees_the_turn(how: str) -> None:
    """However a process ends that goes on, the next one need not wait for ever."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as said, ExitStack() as stack:
        stack.callback(os.close, writing)
        first = stack.enter_context(holder("first", how, writing))
        assert said.readline() == "first goes on True\n"
        stack.enter_context(holder("second", how, writing))
        assert said.readline() == "second waits\n"
        first.kill()
        assert said.readline() == "second goes on True\n"


def test_two_threads_of_one_process_take_turns(how: str) -> None:
    """A thread waits for another as a process would."""
    waits = threading.Event()
    said: list[str] = []

    def take_it() -> None:
        with turn(waits.set) as is_alone:
            said.append(f"second goes on {is_alone}")

    second = threading.Thread(target=take_it)
    with turn() as is_alone:
        second.start()
        waits.wait()
        said.append(f"first gives it back {is_alone}")
    second.join()
    assert said == ["first gives it back True", "second goes on True"]


def test_waiting_is_said_once(
    how: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks three times in vain says so before the first pause, and once."""
    said: list[int] = []
    with ExitStack() as first:
        first.enter_context(turn())

        def pause(seconds: float) -> None:
            clock.pauses.append(seconds)
            if len(clock.pauses) == 3:
                first.close()

        monkeypatch.setattr(clock, "sleep", pause)
        with turn(lambda: said.append(len(clock.pauses))) as is_alone:
            assert is_alone
    assert said == [0]
    assert len(clock.pauses) == 3


def test_nobody_waits_for_ever(how: str, clock: Clock) -> None:
    """After five minutes a measurement goes on, and knows that it is not alone."""
    with turn() as is_first_alone, turn() as is_second_alone:
        assert (is_first_alone, is_second_alone) == (True, False)
    assert sum(clock.pauses) == pytest.approx(300, abs=0.1)
    # Not even one that went on without the turn has taken it along.
    with turn() as is_alone:
        assert is_alone


def test_a_free_turn_is_taken_without_a_word(how: str, clock: Clock) -> None:
    """Who is alone does not wait, also after one that ended with an exception."""
    said: list[str] = []
    with pytest.raises(ZeroDivisionError), turn():
        raise ZeroDivisionError
    with turn(lambda: said.append("waits")) as is_alone:
        assert is_alone
    assert (said, clock.pauses) == ([], [])


def test_what_was_started_meanwhile_does_not_keep_the_turn(
    how: str, clock: Clock
) -> None:
    """A child that outlives the turn has not inherited it."""
    with ExitStack() as stack:
        with turn():
            child = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-S", "-c", "print(flush=True); input()"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    close_fds=False,
                )
            )
            # Until it speaks, it is on its way out of the copy of this process.
            assert child.stdout is not None and child.stdout.readline() == b"\n"
        with turn() as is_alone:
            assert is_alone and clock.pauses == []
        child.kill()


def test_a_turn_leaves_no_handle_open(how: str) -> None:
    """When a turn is over, all that it opened is closed, and so for one in vain."""
    before = sorted(Path("/dev/fd").iterdir())
    with turn(), ExitStack() as stack:
        assert not turns._take(stack)
    assert sorted(Path("/dev/fd").iterdir()) == before


def test_other_systems_lock_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where sockets have no names in the kernel, the turn is a file of this user's."""
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with turn() as is_alone, ExitStack() as stack:
        assert is_alone
        assert not turns._take(stack)
    (lock,) = tmp_path.iterdir()
    assert lock.name == f"{turns._NAME}-{os.getuid()}.lock"
    assert lock.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("what", ["folder", "link"])
def test_what_is_no_lock_file_is_no_obstacle(
    what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A link, or what else is there in its place, is not opened and not waited for."""
    monkeypatch.setattr(turns, "_take", turns._take_file)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lock = tmp_path / f"{turns._NAME}-{os.getuid()}.lock"
    if what == "folder":
        lock.mkdir()
    else:
        lock.symlink_to(tmp_path / "elsewhere")
    with turn() as is_alone:
        assert is_alone
    assert list(tmp_path.iterdir()) == [lock]


def test_where_sockets_are_forbidden_nobody_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only a name that is taken is a reason to wait."""

    class Forbidden(socket.socket):
        def bind(self, address: object) -> None:
            raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr(
        turns, "socket", SimpleNamespace(socket=Forbidden, AF_UNIX=socket.AF_UNIX)
    )
    with ExitStack() as stack:
        assert turns._take_name(stack)

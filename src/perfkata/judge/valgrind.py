"""Valgrind as the program that runs a worker, and the totals that it tells.

Its tool *cachegrind*, without its model of caches, counts every instruction that a
process executes and writes the total when the process ends. The tool is run itself, not
by way of the program ``valgrind``, which is a shell script in places.

Totals come through a pipe of their own. Valgrind holds its end where nothing that it
runs can write, and the worker closes its copy: what a submission prints is never taken
for one. Yet it shares valgrind's process and could have it say anything, so nothing may
depend on a total.

Source: Valgrind User Manual, 2.6 *Core Command-line Options* and 5 *Cachegrind*.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import select
import shutil
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from perfkata.judge.errors import JudgeError
from perfkata.judge.sandbox import Wrapper

__all__ = ["Totals", "Valgrind", "ValgrindError"]

_TOOL = "cachegrind"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_TOTAL = re.compile(rb"^==\d+== I\s+refs:\s+([\d,]+)\n", re.MULTILINE)
_CHUNK_BYTES = 2**16
_POLL_PAUSE_MS = 50
_END_TIMEOUT_S = 30.0


class ValgrindError(JudgeError):
    """Valgrind is not here, or not all of it."""


@dataclass(frozen=True, slots=True)
class Valgrind:
    """An installed valgrind.

    Attributes:
        program: What a person runs.
        folder: Its tools, and what it has every program load.
    """

    program: Path
    folder: Path

    @classmethod
    def find(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Find it by ``PATH``, and its tools by ``VALGRIND_LIB`` or beside it.

        Raises:
            ValgrindError: It is not there; says what to install.
        """
        if sys.platform != "linux" or platform.machine() not in _MACHINES:
            raise ValgrindError(
                f"instructions cannot be counted on {sys.platform} with"
                f" {platform.machine()}",
                "use Linux on x86_64 or aarch64",
            )
        program = shutil.which("valgrind", path=environment.get("PATH", os.defpath))
        if program is None:
            raise ValgrindError(
                "instructions are counted by valgrind, which is not here",
                "'apt-get install valgrind' brings it",
            )
        for folder in _folders(Path(program), environment.get("VALGRIND_LIB")):
            if os.access(folder / _tool_name(), os.X_OK):
                return cls(Path(program), folder.resolve())
        raise ValgrindError(
            f"{program} is here, and its {_tool_name()} is not where it should be",
            "set VALGRIND_LIB to the folder that holds it",
        )

    def wrapper(self, totals: Totals) -> Wrapper:
        """Return what has a worker's instructions counted.

        Args:
            totals: Where the totals go.
        """
        command = (
            str(self.folder / _tool_name()),
            *(f"--tool={_TOOL}", "--cache-sim=no", "--vgdb=no"),
            f"--{_TOOL}-out-file={os.devnull}",
            f"--log-fd={totals.handle}",
        )
        environment = {
            "VALGRIND_LIB": str(self.folder),
            "VALGRIND_LAUNCHER": str(self.program),
        }
        return Wrapper(command, (self.folder,), (totals.handle,), environment)


def _tool_name() -> str:
    return f"{_TOOL}-{_MACHINES[platform.machine()]}-linux"


def _folders(program: Path, named: str | None) -> Iterator[Path]:
    """Yield where the tools may lie."""
    if named:
        yield Path(named)
    prefix = program.resolve().parent.parent
    multiarch = sysconfig.get_config_var("MULTIARCH") or "?"
    for name in ("libexec", f"lib/{multiarch}", "lib", "lib64"):
        yield prefix / name / "valgrind"


class Totals:
    """The totals of processes, in the order in which these end."""

    def __init__(self) -> None:
        self._reading, self.handle = os.pipe()
        os.set_blocking(self._reading, False)
        self._received = b""

    def close(self) -> None:
        """Close both ends of the pipe."""
        os.close(self._reading)
        os.close(self.handle)

    def next(self, has_ended: Callable[[], bool]) -> int | None:
        """Wait until a process has ended, and return its total.

        Args:
            has_ended: Whether it has; asked again and again.

        Returns:
            The total, or None if it ends without one, or not within half a minute.
        """
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        until_s = time.monotonic() + _END_TIMEOUT_S
        while True:
            # Asked first: what it says before its end has been said by then.
            is_last = has_ended() or time.monotonic() > until_s
            self._read()
            if match := _TOTAL.search(self._received):
                self._received = self._received[match.end() :]
                return int(match[1].replace(b",", b""))
            if is_last:
                return None
            poll.poll(_POLL_PAUSE_MS)

    def forget(self) -> None:
        """Drop what came from processes that are gone."""
        self._read()
        self._received = b""

    def _read(self) -> None:
        """Take in what has been said so far."""
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._reading, _CHUNK_BYTES):
                self._received += data

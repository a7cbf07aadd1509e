"""What the tests of tracing share: calls that are traced by every Python found here.

Later versions of Python are watched in another way than 3.11 is, so each version that
lies on this machine traces, in a process of its own, since a test runner may trace too.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfkata.judge.profile import Profile, read_profile
from perfkata.judge.wire import encode

__all__ = ["WATCHES", "Traced", "Watch"]

_SOURCE = Path(__file__).resolve().parents[2] / "src"
_TIMEOUT_S = 60.0
_VERSIONS = ("3.11", "3.12", "3.13", "3.14")
_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from perfkata.judge import tracing
source, max_seconds = sys.argv[2], float(sys.argv[3])
solution = sys.modules["solution"] = type(sys)("solution")
exec(compile(source, "solution.py", "exec"), solution.__dict__)
run = solution.run
try:
    found = tracing.trace(run, (), {}, source, "solution.py", max_seconds)
except tracing.OddError as error:
    found = str(error)
assert sys.gettrace() is sys.getprofile() is None
print(repr(found))
"""


@dataclass(frozen=True, slots=True)
class Traced:
    """What was counted, by what it was counted for.

    Attributes:
        is_complete: Whether it was counted to its end.
        num_own_calls: Calls of functions of the source.
        lines: How often each line was reached.
        calls: How often a line called a function, and the lengths of what.
        work: How often a line did something with items, and with how many.
    """

    is_complete: bool
    num_own_calls: int
    lines: dict[int, int]
    calls: dict[tuple[int, str], tuple[int, int]]
    work: dict[tuple[int, str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Watch:
    """A version of Python, by its program."""

    program: str

    def trace(self, source: str, max_seconds: float = _TIMEOUT_S) -> Traced | str:
        """Trace ``run()`` of a source; return what was counted, or why nothing was."""
        found = self._found(source, max_seconds)
        if isinstance(found, str):
            return found
        is_complete, num_own_calls, lines, calls, work = found
        return Traced(
            is_complete,
            num_own_calls,
            {line: times for line, times, _ in lines},
            {(line, name): (times, length) for line, name, times, length in calls},
            {(line, kind, name): (times, num) for line, kind, name, times, num in work},
        )

    def profile(self, source: str) -> Profile:
        """Trace ``run()`` of a source, and read its profile as the judge would."""
        return read_profile(encode(self._found(source, _TIMEOUT_S)))

    def _found(self, source: str, max_seconds: float) -> Any:
        arguments = (str(_SOURCE), textwrap.dedent(source), str(max_seconds))
        done = subprocess.run(
            [self.program, "-I", "-B", "-c", _PROGRAM, *arguments],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return ast.literal_eval(done.stdout)

    def counted(self, source: str) -> Traced:
        """Trace ``run()`` of a source that is counted to its end."""
        found = self.trace(source)
        assert isinstance(found, Traced), found
        assert found.is_complete
        return found


def _programs() -> dict[str, str]:
    """The versions of Python that are found here, with their programs."""
    own = "{}.{}".format(*sys.version_info)
    found = {own: sys.executable}
    for version in _VERSIONS:
        name = f"python{version}"
        beside = sorted(Path(sys.base_prefix).parent.glob(f"{version}.*/bin/{name}"))
        program = str(beside[-1]) if beside else shutil.which(name)
        if program is not None:
            found.setdefault(version, program)
    return found


WATCHES = {version: Watch(program) for version, program in _programs().items()}

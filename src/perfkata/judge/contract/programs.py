"""Runs what a question shows its learner: examples, statement, reproductions.

Each runs as the learner would run it, in a folder of its own beside an answer, with a
time limit; of perfkata it finds the machines alone. These are the question's own files,
so no sandbox stands around them: the limits are against mistakes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from perfkata import machines
from perfkata.catalog import Question
from perfkata.judge.contract import run_blocks
from perfkata.judge.sandbox import Limits

__all__ = [
    "NO_TEST_RAN",
    "TESTS_FAILED",
    "Ended",
    "run_examples",
    "run_reproduction",
    "run_statement",
]

TESTS_FAILED = 1
NO_TEST_RAN = 5
_PATIENCE_S = 60.0
_MAX_SHOWN_CHARACTERS = 400
_DEFAULT_LIMITS = Limits()
_REPRODUCTION = "failure.py"
_END = "end_was_reached"
_SHOWN = ".shown"
# A program that ends itself early has exit code 0 too: only its end says that it
# passed.
_DRIVER = f"""\
import os, resource, runpy, sys
end = os.path.abspath({_END!r})
for name, limit in {{limits!r}}:
    resource.setrlimit(getattr(resource, name), (limit, limit))
runpy.run_path({_REPRODUCTION!r}, run_name="__main__")
open(end, "w").close()
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended.

    Attributes:
        is_good: Whether it reached its end without an error.
        exit_code: Its exit code; negative for a signal, None if its time was up.
        output: The end of what it printed.
    """

    is_good: bool
    exit_code: int | None
    output: str

    @property
    def reason(self) -> str:
        """Say how it ended, with the line of its output that says most."""
        if self.exit_code is None:
            return "it does not end in time"
        lines = self.output.strip().splitlines()
        # Pytest marks what went wrong with an E; Python says it last.
        marked = [line[1:].strip() for line in lines if line.startswith("E  ")]
        said = [line for line in marked if "Error" in line] or marked[:1] or lines[-1:]
        how = f"exit code {self.exit_code}"
        return f"{how}: {said[0][:_MAX_SHOWN_CHARACTERS]}" if said else how


def run_reproduction(
    question: Question,
    answer: bytes,
    program: str,
    limits: Limits = _DEFAULT_LIMITS,
    *,
    is_timed: bool = False,
) -> Ended:
    """Run a reproduction beside an answer.

    Args:
        question: Hands out given.py.
        answer: The bytes of solution.py.
        program: The reproduction.
        limits: What it may use.
        is_timed: Whether it must end within the limits' CPU time of one call.
    """
    bounds = [
        ("RLIMIT_DATA", limits.memory_bytes),
        ("RLIMIT_FSIZE", limits.output_bytes),
        ("RLIMIT_CORE", 0),
    ]
    patience_s = _PATIENCE_S
    if is_timed:
        bounds.append(("RLIMIT_CPU", max(1, round(limits.cpu_s))))
        patience_s = 1 + limits.cpu_s * limits.patience
    with _folder(question, answer) as folder:
        (folder / _REPRODUCTION).write_text(program, encoding="utf-8")
        flags = ["-s", "-S", "-B", "-c", _DRIVER.format(limits=bounds)]
        ended = _run([sys.executable, *flags], folder, patience_s)
        is_good = ended.exit_code == 0 and (folder / _END).exists()
    return Ended(is_good, ended.exit_code, ended.output)


def run_examples(question: Question, answer: bytes) -> Ended:
    """Run the examples of a question beside an answer, as ``perfkata test`` does."""
    with _folder(question, answer) as folder:
        (folder / "examples.py").write_bytes(question.examples.read_bytes())
        command = [
            *(sys.executable, "-m", "pytest", "examples.py"),
            *("--noconftest", "-c", os.devnull, "--rootdir", os.curdir),
            *("-p", "no:cacheprovider", "-q", "--no-header", "--tb=short"),
        ]
        return _run(command, folder, _PATIENCE_S)


def run_statement(question: Question, answer: bytes, blocks: list[list[object]]) -> str:
    """Run the Python blocks of a statement beside an answer.

    Args:
        question: Hands out given.py.
        answer: The bytes of solution.py.
        blocks: A line number and source for each, in order.

    Returns:
        What went wrong; empty if nothing did.
    """
    with _folder(question, answer) as folder:
        (folder / "blocks.json").write_text(json.dumps(blocks), encoding="utf-8")
        script = str(Path(run_blocks.__file__))
        command = [sys.executable, "-s", "-S", "-P", "-B", script]
        ended = _run(command, folder, _PATIENCE_S)
    return "" if ended.is_good else ended.output.strip() or ended.reason


@contextlib.contextmanager
def _folder(question: Question, answer: bytes) -> Iterator[Path]:
    """Make a folder as a learner has it, for a while."""
    with tempfile.TemporaryDirectory(prefix="perfkata-contract-") as name:
        folder = Path(name)
        (folder / "solution.py").write_bytes(answer)
        if question.given is not None:
            (folder / "given.py").write_bytes(question.given.read_bytes())
        shown = folder / _SHOWN / "perfkata"
        shown.mkdir(parents=True)
        (shown / "__init__.py").touch()
        (shown / "machines").symlink_to(Path(machines.__file__).parent)
        yield folder


def _run(command: list[str], folder: Path, patience_s: float) -> Ended:
    """Run a command, its output into a file, and leave nothing of it behind."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(folder / _SHOWN),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        exit_code: int | None
        try:
            exit_code = process.wait(patience_s)
        except subprocess.TimeoutExpired:
            exit_code = None
        finally:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        end = output.seek(0, os.SEEK_END)
        output.seek(max(0, end - 20_000))
        text = output.read().decode(errors="replace")
    return Ended(exit_code == 0, exit_code, text)

"""What the tests of the command line share: real processes on the fake track."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from perfkata.cli import screen

__all__ = ["Done", "Golden", "Perfkata", "printed"]

_TESTS = Path(__file__).parent.parent
_TRACK = _TESTS / "fake_track"
_RECORD_VARIABLE = "PERFKATA_RECORD"
_MASKS = (
    (r"--seed \d+", "--seed SEED"),
    (r'"seed": \d+', '"seed": 0'),
    (r"\d+\.\d\d s\b", "0.00 s"),
    (r'seconds": [0-9.e-]+', 'seconds": 0.0'),
    (r"isolation: \w+", "isolation: LAYER"),
    (r'"isolation": "\w+"', '"isolation": "LAYER"'),
    (r"Python \d+\.\d+\.\d+", "Python 3.X.Y"),
    (r'"python_version": "[^"]+"', '"python_version": "3.X.Y"'),
    (r"perfkata \d+\.\d+\.\d+\S*", "perfkata X.Y.Z"),
    (r'"perfkata_version": "[^"]+"', '"perfkata_version": "X.Y.Z"'),
)


Golden = Callable[[str, str], None]


def printed(width: int, show: Callable[[], None], encoding: str = "utf-8") -> str:
    """What is printed on a console of that width that is no terminal."""
    data = io.BytesIO()
    out = io.TextIOWrapper(data, encoding=encoding, errors="strict")
    with (
        mock.patch.dict(os.environ, {"COLUMNS": str(width)}),
        contextlib.redirect_stdout(out),
    ):
        screen.console.cache_clear()
        try:
            show()
        finally:
            screen.console.cache_clear()
    out.flush()
    return data.getvalue().decode(encoding)


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The only line of standard error, without the program's name."""
        (line,) = self.err.splitlines()
        assert line.startswith("perfkata: ")
        return line.removeprefix("perfkata: ")


class Perfkata:
    """Runs the program as a person would, in a folder and a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.environment = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PERFKATA_CONTENT": str(_TRACK),
            "PYTHONDONTWRITEBYTECODE": "1",
            # Whoever tests another copy of the program, or measures coverage, says so.
            **{
                name: value
                for name, value in os.environ.items()
                if name == "PYTHONPATH" or name.startswith(("COV_CORE_", "COVERAGE_"))
            },
        }

    @property
    def command(self) -> list[str]:
        """How the program is called here."""
        return [sys.executable, "-m", "perfkata"]

    def __call__(
        self, *arguments: object, cwd: Path | None = None, **environment: str | None
    ) -> Done:
        """Run it to its end; None takes a variable away."""
        merged = {**self.environment, **environment}
        done = subprocess.run(
            [*self.command, *map(str, arguments)],
            cwd=cwd or self.folder,
            env={name: value for name, value in merged.items() if value is not None},
            capture_output=True,
            encoding="utf-8",
            # Other measurements of this user may have to end first.
            timeout=120,
            check=False,
        )
        assert "Traceback (most recent call last)" not in done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def answer(self, text: str, name: str = "answer.py") -> Path:
        """Write an answer to grade."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def right_answer(self, number: str) -> Path:
        """Name the model answer to a question of the fake track."""
        (folder,) = (_TRACK / "questions").glob(f"{number}_*")
        return max((folder / "interviewer" / "rungs").glob("*.py"))

    def wrong_answer(self, number: str, name: str) -> Path:
        """Name a wrong answer to a question of the fake track."""
        (folder,) = (_TRACK / "questions").glob(f"{number}_*")
        return folder / "interviewer" / "wrong" / f"{name}.py"

    def masked(self, text: str) -> str:
        """Replace what differs from run to run and from machine to machine."""
        text = text.replace(self.spelled, "perfkata").replace(str(self.folder), "/WORK")
        for pattern, replacement in _MASKS:
            text = re.sub(pattern, replacement, text)
        return text

    @property
    def spelled(self) -> str:
        """How the program spells itself in the commands that it shows."""
        relative = os.path.relpath(sys.executable, self.folder)
        return f"{min(relative, sys.executable, key=len)} -m perfkata"


@pytest.fixture
def perfkata(tmp_path: Path) -> Perfkata:
    """The program."""
    folder = tmp_path / "w"
    folder.mkdir()
    return Perfkata(folder)


@pytest.fixture
def golden() -> Golden:
    """Compare a text with its recording, or record it anew if asked to."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if os.environ.get(_RECORD_VARIABLE):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        recorded = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == recorded, f"{path.name} differs; {_RECORD_VARIABLE}=1 records it"

    return compare


@pytest.fixture
def track(tmp_path: Path) -> Path:
    """A copy of the fake track, to be broken."""
    return Path(shutil.copytree(_TRACK, tmp_path / "track"))

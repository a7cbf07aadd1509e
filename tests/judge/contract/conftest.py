"""Sound questions of the fake track, copied for tests that break them."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from perfkata.catalog import Question
from perfkata.catalog.question import read_question
from perfkata.judge.contract import Finding
from perfkata.judge.contract.subject import Seen, Subject
from perfkata.judge.interface import read_interface
from perfkata.judge.loading import load_grader

__all__ = ["Copied", "bad", "only_bad"]

_TRACK = Path(__file__).resolve().parents[2] / "fake_track" / "questions"


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of a question."""

    folder: Path

    @property
    def question(self) -> Question:
        """The question, read anew."""
        return read_question(self.folder, file="question.toml")

    def subject(self, num_seeds: int = 1, share: float = 0.1) -> Subject:
        """What the checks of answers look at."""
        question = self.question
        interface = read_interface(question.starter)
        return Subject(question, load_grader(question), interface, num_seeds, share)

    def seen(self) -> Seen:
        """What nothing was seen of yet."""
        question = self.question
        return Seen(read_interface(question.starter), question.size_of)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the question, without the indentation of a test."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def remove(self, name: str) -> None:
        """Remove a file or a folder."""
        path = self.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@pytest.fixture
def double(tmp_path: Path) -> Copied:
    """The question of one function on a list, with two levels and a measure."""
    return _copied("01_double", tmp_path)


@pytest.fixture
def plain(double: Copied) -> Copied:
    """The same question with its levels alone."""
    for name, mark in (
        ("question.toml", "[[measures]]"),
        ("interviewer/grader.py", "@measure"),
    ):
        path = double.folder / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.partition(mark)[0].rstrip() + "\n", encoding="utf-8")
    double.change("question.toml", "points = 30", "points = 50")
    return double


@pytest.fixture
def span(tmp_path: Path) -> Copied:
    """The question that hands out a record and forbids a module."""
    return _copied("03_span", tmp_path)


def _copied(name: str, folder: Path) -> Copied:
    shutil.copytree(
        _TRACK / name,
        folder / name,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return Copied(folder / name)


def bad(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings that break a rule; each must say what to do."""
    found = [finding for finding in findings if not finding.is_good]
    assert all(finding.advice for finding in found), found
    return found


def only_bad(findings: Iterable[Finding]) -> Finding:
    """The one finding that breaks a rule."""
    (finding,) = bad(findings)
    return finding

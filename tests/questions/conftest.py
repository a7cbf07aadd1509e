"""Every question that is here, of the track and of the fake one, for tests of content.

A test that takes `question_here` runs once for each question, one that takes
`wrong_answer` once for each of their wrong answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from perfkata.catalog import Catalog, Question

if TYPE_CHECKING:
    import pytest

__all__ = ["FAKE_TRACK", "ROOT", "WrongAnswer", "questions_here"]

ROOT = Path(__file__).resolve().parents[2]
FAKE_TRACK = ROOT / "tests" / "fake_track"


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A wrong answer to a question."""

    question: Question
    path: Path


def questions_here(*roots: Path) -> list[Question]:
    """The questions below these roots that can be worked on."""
    return [
        question
        for root in roots
        for question in Catalog(root).questions()
        if question.is_here
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test for each question, or for each wrong answer."""
    questions = questions_here(ROOT, FAKE_TRACK)
    if "question_here" in metafunc.fixturenames:
        names = [question.name for question in questions]
        metafunc.parametrize("question_here", questions, ids=names)
    if "wrong_answer" in metafunc.fixturenames:
        answers = [
            WrongAnswer(question, path)
            for question in questions
            for path in question.wrong_answers()
        ]
        names = [f"{each.question.name}/{each.path.stem}" for each in answers]
        metafunc.parametrize("wrong_answer", answers, ids=names)

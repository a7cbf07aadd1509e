"""Every question that is here, of the track and of the fake one, for tests of content.

A test that takes `question_here` runs once for each question, one that takes
`wrong_answer` once for each level and verdict that their wrong answers declare.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from perfkata.catalog import Catalog, Question
from perfkata.judge.contract.declaration import Declaration, read_declaration

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

    @property
    def declared(self) -> Declaration:
        """What its docstring declares."""
        measures = self.question.measures
        return read_declaration(
            self.path,
            frozenset(level.number for level in self.question.levels),
            frozenset(measure.name for measure in measures),
            frozenset(measure.name for measure in measures if measure.counts),
        )


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
        first: dict[object, WrongAnswer] = {}
        for question in questions:
            for path in question.wrong_answers():
                answer = WrongAnswer(question, path)
                declared = answer.declared
                if declared.verdict is not None:
                    key = question.name, declared.level, declared.verdict
                    first.setdefault(key, answer)
        answers = list(first.values())
        names = [f"{each.question.name}/{each.path.stem}" for each in answers]
        metafunc.parametrize("wrong_answer", answers, ids=names)

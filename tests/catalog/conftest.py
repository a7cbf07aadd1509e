"""A tiny track, written from plain data, that a test breaks where it likes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from perfkata.catalog import Catalog

__all__ = ["Track", "as_toml", "write_rungs"]

FACTS: dict[str, Any] = {
    "title": "Double a number",
    "difficulty": "medium",
    "category": "Numbers",
    "limited_by": "nothing at all",
    "prerequisites": ["counting"],
    "minutes": [5, 10],
    "topics": ["numbers"],
}
LEVELS: dict[str, Any] = {
    "levels": [
        {"number": 1, "title": "Small numbers", "points": 50},
        {"number": 2, "title": "Large numbers", "points": 30},
    ],
    "measures": [
        {
            "name": "cost",
            "title": "Cost of a number",
            "points": 20,
            "growth": "linear",
            "sizes": [10, 100],
            "bars": [
                {"rung": "1_plain", "at_most": 1.5, "points": 5, "source": "A guess."},
                {"rung": "2_quick", "at_most": 1.25, "points": 15, "source": "Luck."},
            ],
        }
    ],
}
RUNGS = ("1_plain", "2_quick")
ROADMAP: dict[str, Any] = {
    "summary": "Numbers, from one on.",
    "how_to_use": ["Count.", "Count on."],
    "tiers": [
        {"number": 1, "title": "Counting", "summary": "First."},
        {"number": 2, "title": "Adding", "summary": "Second."},
    ],
    "topics": [
        {
            "id": "numbers",
            "tier": 1,
            "title": "Numbers",
            "why": "They count.",
            "study": ["One", "Two"],
            "chapter": "01_numbers",
            "resources": [{"title": "A book of numbers", "note": "Thick."}],
        },
        {
            "id": "sums",
            "tier": 2,
            "title": "Sums",
            "why": "They add up.",
            "study": ["One and one"],
        },
    ],
    "order": [
        {"question": "02", "why": "Easier."},
        {"question": "01", "why": "Harder."},
    ],
    "pace": {"minutes_per_day": [60, 90], "advice": "Slowly."},
    "weeks": [
        {
            "title": "Numbers",
            "days": [
                {
                    "days": [1, 2],
                    "topic": "Reading",
                    "activities": [
                        {"id": "chapter", "kind": "read", "chapter": "01_numbers"},
                        {"id": "book", "kind": "read", "resource": "A book of numbers"},
                    ],
                },
                {
                    "days": [4],
                    "topic": "Doing",
                    "activities": [
                        {"id": "count", "kind": "drill", "what": "Count to ten."},
                        {
                            "id": "double",
                            "kind": "question",
                            "number": "01",
                            "levels": [1],
                        },
                        {"id": "again", "kind": "review", "what": "Count back."},
                        {"id": "aloud", "kind": "explain", "what": "Say what ten is."},
                    ],
                },
            ],
        }
    ],
    "formats": [
        {
            "id": "live",
            "title": "Live",
            "minutes": [45, 60],
            "summary": "You count.",
            "how_it_runs": ["You count.", "They listen."],
            "questions": ["01", "02"],
        }
    ],
    "difficulties": [
        {"id": name, "title": name, "meaning": "It is what it is."}
        for name in ("easy-medium", "medium", "medium-hard", "hard", "very-hard")
    ],
}


class Track:
    """Content with two questions: 01_double is here, 02_halve is not here yet."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.catalog = Catalog(root)
        self.facts = copy.deepcopy(FACTS)
        self.levels = copy.deepcopy(LEVELS)
        self.roadmap = copy.deepcopy(ROADMAP)
        self.write_roadmap()
        self.add("01_double", self.facts | self.levels, is_here=True)
        self.add("02_halve", self.facts)

    def add(self, name: str, facts: dict[str, Any], *, is_here: bool = False) -> Path:
        """Write a question's folder, over the one that may be there."""
        folder = self.root / "questions" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "question.toml").write_text(as_toml(facts), "utf-8")
        if is_here:
            (folder / "question.md").write_text("# Double a number\n", "utf-8")
            write_rungs(folder, RUNGS)
        return folder

    def write_roadmap(self) -> None:
        """Write what `roadmap` holds now."""
        (self.root / "roadmap.toml").write_text(as_toml(self.roadmap), "utf-8")

    def problems(self) -> list[str]:
        """What a fresh catalog finds, as lines."""
        return [str(error) for error in Catalog(self.root).check()]


def write_rungs(folder: Path, names: Iterable[str]) -> None:
    """Write rungs of these names, with nothing in them."""
    rungs = folder / "interviewer" / "rungs"
    rungs.mkdir(parents=True, exist_ok=True)
    for name in names:
        (rungs / f"{name}.py").touch()


def as_toml(table: dict[str, Any]) -> str:
    """A TOML document of plain data, its tables in line."""
    return "".join(f"{json.dumps(key)} = {_value(table[key])}\n" for key in table)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        items = (f"{json.dumps(key)} = {_value(value[key])}" for key in value)
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, str):
        # JSON leaves DEL as it is, which TOML does not allow.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


@pytest.fixture
def track(tmp_path: Path) -> Track:
    """A track without a fault."""
    return Track(tmp_path / "content")

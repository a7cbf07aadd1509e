"""Names of cases are for ever: an old score must stay explicable.

``case_names.txt`` records every name that a case has had, one a line behind its
question's. ``PERFKATA_RECORD=1`` adds the names of new cases; it never removes one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from perfkata.judge.loading import load_grader
from tests.questions.conftest import FAKE_TRACK, ROOT, questions_here

RECORD = Path(__file__).with_name("case_names.txt")


def names_of_cases(root: Path) -> set[str]:
    """The names of all cases of the questions below a root."""
    return {
        f"{question.name} {case.name}"
        for question in questions_here(root)
        for case in load_grader(question).cases
    }


def recorded(record: Path) -> set[str]:
    """The names that a record holds."""
    return set(record.read_text(encoding="utf-8").splitlines())


def difference(current: set[str], record: Path, is_recording: bool) -> list[str]:
    """What a record and the cases do not have in common, after recording if asked."""
    if is_recording:
        _write(record, recorded(record) | current)
    before = recorded(record)
    gone = [f"{name} is gone: a case keeps its name" for name in before - current]
    new = [f"{name} is new: PERFKATA_RECORD=1 records it" for name in current - before]
    return sorted(gone + new)


def _write(record: Path, names: Iterable[str]) -> None:
    record.write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")


def test_case_names_are_recorded_and_still_there() -> None:
    """Every case has its line in the record, and every line its case."""
    is_recording = os.environ.get("PERFKATA_RECORD") == "1"
    assert difference(names_of_cases(ROOT), RECORD, is_recording) == []


def test_a_name_that_goes_is_missed(tmp_path: Path) -> None:
    """A renamed case is told as gone and as new, and recording keeps the old name."""
    record = tmp_path / "case_names.txt"
    current = names_of_cases(FAKE_TRACK)
    _write(record, current - {"01_double one_number"} | {"01_double single"})
    gone, new = difference(current, record, is_recording=False)[::-1]
    assert gone == "01_double single is gone: a case keeps its name"
    assert new.startswith("01_double one_number is new")
    assert difference(current, record, is_recording=True) == [gone]
    assert recorded(record) == current | {"01_double single"}

"""Tests of the rules about a question's files and texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfkata.judge.contract import Finding
from perfkata.judge.contract.documents import check_documents, check_files
from tests.judge.contract.conftest import Copied, bad, only_bad

FOLLOWUPS = "interviewer/followups.md"
HINTS = "interviewer/hints.md"
RUBRIC = "interviewer/rubric.md"


# What is told of 01_double while it is sound, by file.
SOUND = {
    "": ["every file of the contract is there", "no stray file"],
    "/interviewer/rungs": ["a ladder of 3 rungs"],
    "/question.md": ["it names the sizes of cost_per_number: 1,000, 10,000"],
    f"/{HINTS}": ["3 hints a level, and no code"],
    f"/{FOLLOWUPS}": ["its parts stand under each of 1 headings"],
    f"/{RUBRIC}": ["5 grades, No Hire to Strong Hire"],
}


def good(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """What is told of rules that are kept, by file."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        if finding.is_good:
            found.setdefault(finding.where.removeprefix("01_double"), []).append(
                finding.what
            )
    return found


def findings(copied: Copied) -> list[Finding]:
    """All findings about files and texts."""
    question = copied.question
    return [*check_files(question), *check_documents(question)]


def test_a_sound_question_breaks_no_rule(double: Copied, span: Copied) -> None:
    """The fake track is sound, and each rule has a line that says so."""
    for copied in (double, span):
        assert bad(findings(copied)) == []
    assert good(findings(double)) == SOUND


@pytest.mark.parametrize(
    "name",
    [
        *("question.md", "starter.py", "examples.py", "interviewer/grader.py"),
        *(HINTS, FOLLOWUPS, RUBRIC),
    ],
)
def test_a_missing_file_is_named(double: Copied, name: str) -> None:
    """Each file of the contract must be there."""
    question = double.question
    double.remove(name)
    found = only_bad([*check_files(question), *check_documents(question)])
    assert found.where == f"01_double/{name}"
    assert "not there" in found.what


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "interviewer/rungs/best.py",
        "interviewer/rungs/4_Best.py",
        "interviewer/wrong/1_first.py",
        "interviewer/wrong/notes.md",
        "interviewer/old_grader.py",
        "solution.py",
        ".DS_Store",
    ],
)
def test_a_stray_file_is_named(double: Copied, name: str) -> None:
    """What the contract does not know has no place."""
    double.write(name, '"""Nothing."""\n')
    assert f"01_double/{name}" in {found.where for found in bad(findings(double))}


def test_a_stray_folder_is_named_once(double: Copied) -> None:
    """A folder stands for all that is in it, and what Python leaves is no matter."""
    double.write("data/deep/one.csv", "")
    double.write("data/two.csv", "")
    double.write("__pycache__/starter.pyc", "")
    double.write("interviewer/rungs/__pycache__/x.pyc", "")
    assert only_bad(findings(double)).where == "01_double/data"


def test_a_folder_in_the_place_of_a_file_is_found(double: Copied) -> None:
    """A name alone is not enough."""
    double.remove(HINTS)
    (double.folder / HINTS).mkdir()
    whats = [found.what for found in bad(findings(double))]
    assert whats == ["it is not there", "no file of the contract"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"2_comprehension.py": "4_comprehension.py"}, r"numbered \[1, 3, 4\]"),
        ({"2_comprehension.py": "1_comprehension.py"}, r"numbered \[1, 1, 3\]"),
        ({"2_comprehension.py": None, "3_map.py": None}, "1 rungs"),
        ({"1_copy_first.py": None, "2_comprehension.py": None, "3_map.py": None}, "0"),
    ],
)
def test_rungs_are_a_ladder(
    double: Copied, changes: dict[str, str | None], what: str
) -> None:
    """They are numbered from 1 without a gap, and there are two at least."""
    question = double.question
    for old, new in changes.items():
        path = double.folder / "interviewer/rungs" / old
        if new is None:
            path.unlink()
        else:
            path.rename(path.with_name(new))
    found = only_bad([*check_files(question), *check_documents(question)])
    assert found.where == "01_double/interviewer/rungs"
    assert re.search(what, found.what)


def test_wrong_answers_must_be_there(double: Copied) -> None:
    """A grader that nothing was tried against has proved nothing."""
    double.remove("interviewer/wrong")
    assert "no wrong answer" in only_bad(findings(double)).what


@pytest.mark.parametrize("text", ["1,000", "1_000", "1000", "1e3", "(1,000)", "1,000."])
def test_a_size_is_named_in_any_usual_form(double: Copied, text: str) -> None:
    """Commas, underscores, plain digits or a power of ten will do."""
    double.change("question.md", "1,000", text)
    assert bad(findings(double)) == []


@pytest.mark.parametrize("text", ["2,000", "11,000", "1,000,000", "1.000", "x1000", ""])
def test_a_size_that_is_not_named_is_found(double: Copied, text: str) -> None:
    """A number that merely holds the digits is another number."""
    double.change("question.md", "1,000", text)
    assert "the size 1,000" in only_bad(findings(double)).what
    assert "/question.md" not in good(findings(double))


def test_two_rungs_are_a_ladder(double: Copied) -> None:
    """The plain answer and the model answer are enough."""
    double.remove("interviewer/rungs/3_map.py")
    assert bad(findings(double)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        (HINTS, "## Level 2", "## Level 3", "no hints for level 2"),
        (HINTS, "3. Put the results in a list of their own.\n", "", "has 2 hints"),
        (HINTS, "3. Put", "4. Put", "has 3 hints"),
        (HINTS, " Put the results in a list of their own.", "", "has 2 hints"),
        (HINTS, " What does one number become?", "", "has 2 hints"),
        (HINTS, "3. Put", "3. Put\n\n   ```python\n   x\n   ```\n\n4. Put", "4 hints"),
        (HINTS, "# Hints\n", "# Hints\n\n```python\nx = 1\n```\n", "gives code"),
        (FOLLOWUPS, "**Strong answer.**", "**Answer.**", "no part 'Strong answer'"),
        (FOLLOWUPS, "**Red flags.** A list of all results.", "", "no part 'Red flags'"),
        (FOLLOWUPS, " A list of all results.", "", "no part 'Red flags'"),
        (FOLLOWUPS, "**Ask next.**", "Ask next.", "no part 'Ask next'"),
        (FOLLOWUPS, "## What", "What", "no follow-up"),
        (RUBRIC, "| Hire | Both levels pass. |\n", "", "its grades are No Hire"),
        (RUBRIC, "| Strong Hire |", "| Excellent |", "its grades are No Hire"),
        (RUBRIC, "| No Hire |", "| Maybe Hire |", "its grades are Maybe Hire"),
        (RUBRIC, "| Level 1 passes. |", "| |", "no criteria for Leaning Hire"),
        (RUBRIC, "Level 1 does not pass.", "", "no criteria for No Hire"),
        ("question.md", "# Double", "# Double [x](no.md)", "no.md in line 1"),
        (HINTS, "# Hints", "# Hints [x](../../01_double/no.md)", "leads nowhere"),
        (RUBRIC, "# Rubric", "# Rubric [x](#no-such-part)", "#no-such-part"),
        (RUBRIC, "# Rubric", "# Rubric [x](hints.md#level-9)", "hints.md#level-9"),
        (RUBRIC, "# Rubric", "# Rubric [x](/etc/hosts)", "/etc/hosts"),
        ("interviewer/grader.py", "def one_number", "def no_number", "only the last"),
    ],
)
def test_a_broken_text_is_found(
    double: Copied, name: str, old: str, new: str, what: str
) -> None:
    """Each rule about texts is broken once, and that is what is found."""
    double.change(name, old, new)
    found = bad(findings(double))
    assert any(what in finding.what for finding in found), found
    assert {finding.where for finding in found} == {f"01_double/{name}"}
    kept = good(findings(double))
    if "[x]" in new or name == "interviewer/grader.py":
        assert kept == SOUND
    else:
        assert kept == {
            where: told for where, told in SOUND.items() if where != f"/{name}"
        }


@pytest.mark.parametrize("name", [FOLLOWUPS, RUBRIC])
def test_a_text_names_measures_on_lines_of_their_own(double: Copied, name: str) -> None:
    """What can be measured is told as good; a word about measures is no such line."""
    path = double.folder / name
    text = path.read_text(encoding="utf-8")
    lines = "`measure = cost_per_number`\n\nMeasure first, then measure again.\n"
    path.write_text(f"{text}\n{lines}{lines}", encoding="utf-8")
    assert bad(findings(double)) == []
    what = "the measures that it names are there: cost_per_number"
    assert good(findings(double))[f"/{name}"][1:] == [what]


@pytest.mark.parametrize("name", [FOLLOWUPS, RUBRIC])
@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("`measure = speed`", "names what is no measure"),
        ("measure = cost_per_number", "names no measure"),
        ("`measure=cost_per_number`", "names no measure"),
        ("- `Measure = cost_per_number`", "names no measure"),
        ("`measure = cost_per_number, speed`", "names no measure"),
        ("`measure =`", "names no measure"),
    ],
)
def test_a_line_that_names_no_measure_is_found(
    double: Copied, name: str, line: str, what: str
) -> None:
    """The line is told with its fault, and what to write instead."""
    path = double.folder / name
    text = path.read_text(encoding="utf-8")
    right = "`measure = cost_per_number`"
    path.write_text(f"{text}\n{right}\n\n{line}\n", encoding="utf-8")
    found = only_bad(findings(double))
    assert found.what == f"'{line}' {what}"
    assert found.where == f"01_double/{name}"
    assert "cost_per_number" in found.advice or "on a line of its own" in found.advice
    assert len(good(findings(double))[f"/{name}"]) == 1


def test_without_measures_no_line_can_name_one(span: Copied) -> None:
    """The advice says where a measure would be declared."""
    path = span.folder / FOLLOWUPS
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n`measure = speed`\n", encoding="utf-8")
    assert "question.toml" in only_bad(findings(span)).advice


def test_links_that_lead_somewhere_are_good(double: Copied) -> None:
    """Files, folders, parts of this file and of others, and addresses."""
    targets = [
        *("hints.md", "../question.md", "../interviewer/", "hints.md#level-2"),
        *("#clarifications", "https://example.org/x", "mailto:nobody@example.org"),
    ]
    text = " ".join(f"[x]({target})" for target in targets)
    double.change(RUBRIC, "# Rubric", f"# Rubric {text}")
    assert bad(findings(double)) == []
    assert good(findings(double))[f"/{RUBRIC}"][1:] == ["its links lead somewhere"]


def test_a_text_that_is_no_text_is_found(double: Copied) -> None:
    """A byte that is not UTF-8 is named by its place."""
    (double.folder / HINTS).write_bytes(b"# Hints\n\xff\n")
    assert only_bad(findings(double)).what == "byte 8 is not UTF-8"


def test_a_question_that_is_not_here_is_its_facts_alone(double: Copied) -> None:
    """question.toml alone is good; any file beside it must bring the others."""
    for name in ("question.md", "starter.py", "examples.py", "interviewer"):
        double.remove(name)
    facts = double.folder / "question.toml"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.partition("[[levels]]")[0], encoding="utf-8")
    (found,) = check_files(double.question)
    assert found.is_good and "not here yet" in found.what
    double.write("starter.py", "")
    assert len(bad(check_files(double.question))) >= 6
    double.remove("starter.py")
    double.write("notes.txt", "")
    assert len(bad(check_files(double.question))) >= 7


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["question.md", HINTS, FOLLOWUPS, RUBRIC, "interviewer/grader.py"]
    ),
    content=st.binary(max_size=200),
    is_appended=st.booleans(),
)
def test_any_bytes_are_a_finding_and_no_error(
    double: Copied, name: str, content: bytes, is_appended: bool
) -> None:
    """Whatever stands in a file, every other file is looked at all the same."""
    path = double.folder / name
    before = path.read_bytes()
    path.write_bytes(before + content if is_appended else content)
    try:
        found = findings(double)
    finally:
        path.write_bytes(before)
    others = {f"01_double/{each}" for each in (HINTS, FOLLOWUPS, RUBRIC)}
    seen = {finding.where for finding in found if finding.is_good}
    assert others - {f"01_double/{name}"} <= seen

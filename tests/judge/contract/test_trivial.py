"""Tests of the rule that trivial answers fail."""

from __future__ import annotations

import pytest

from perfkata.judge.contract import Finding
from perfkata.judge.contract.answers import check_rung
from perfkata.judge.contract.subject import Seen
from perfkata.judge.contract.trivial import check_trivial_answers
from tests.judge.contract.conftest import Copied, bad

GRADER = "interviewer/grader.py"


def seen_of_model(copied: Copied) -> Seen:
    """What was seen while the model answer was tried; it must be right."""
    seen = copied.seen()
    (found,) = check_rung(copied.subject(), copied.question.rungs()[-1], seen)
    assert found.is_good, found
    return seen


def trivial_findings(copied: Copied) -> list[Finding]:
    """What is found of trivial answers."""
    return list(check_trivial_answers(copied.subject(), seen_of_model(copied)))


def test_every_trivial_answer_fails(double: Copied) -> None:
    """Seven of them, each made of the model answer, fail at both levels."""
    found = trivial_findings(double)
    assert [finding.what for finding in found] == [
        f"{name}: fails level 1, 2"
        for name in (
            *("answers made zeros", "answers made ones", "answers made empty"),
            *("answers truncated", "answers reversed"),
            *("the answer to another input", "a copy of numbers"),
        )
    ]
    assert bad(found) == []


def test_a_level_of_errors_has_no_answer_to_change(span: Copied) -> None:
    """That a change changes nothing is seen, and said; records are changed too."""
    whats = [finding.what for finding in trivial_findings(span)]
    assert whats == [
        "answers made zeros: fails level 1, changes no answer of level 2",
        "answers made ones: fails level 1, changes no answer of level 2",
        "answers made empty: fails level 1, changes no answer of level 2",
        "answers truncated: changes no answer of level 1, 2",
        "answers reversed: changes no answer of level 1, 2",
        "the answer to another input: fails level 1, changes no answer of level 2",
        "a copy of numbers: fails level 1, changes no answer of level 2",
    ]


def test_order_is_not_asked_for_where_it_does_not_matter(double: Copied) -> None:
    """A question whose order does not matter is not asked to refuse the reverse."""
    double.change("question.toml", "minutes =", "order_matters = false\nminutes =")
    whats = [finding.what for finding in trivial_findings(double)]
    assert not any("reversed" in what for what in whats)
    assert len(whats) == 6


def level_two(plain: Copied, body: str) -> None:
    """Give level 2 one case, with this body."""
    text = (plain.folder / GRADER).read_text(encoding="utf-8")
    head = text.partition("@generated")[0]
    case = '@level(2)\ndef last(solution: Solution) -> None:\n    """The last."""\n'
    plain.write(GRADER, f"{head}{case}    {body}\n")


@pytest.mark.parametrize(
    ("body", "passing"),
    [
        # Nothing is compared, so that anything will do.
        (
            "solution.double([1, 2])",
            "zeros ones empty truncated reversed another copy",
        ),
        # The same value comes twice, and only one of them is looked at.
        (
            "solution.double([2])\n    assert solution.double([]) == []",
            "zeros ones empty truncated another copy",
        ),
    ],
)
def test_a_level_that_takes_anything_is_found(
    plain: Copied, body: str, passing: str
) -> None:
    """Each trivial answer that passes a level with changed answers is a finding."""
    level_two(plain, body)
    found = bad(trivial_findings(plain))
    words = passing.split()
    assert len(found) == len(words), found
    for finding, word in zip(found, words, strict=True):
        assert word in finding.what and "level 2 passes" in finding.what


def test_what_changes_nothing_is_no_finding(plain: Copied) -> None:
    """A level whose answers are zeros already cannot tell zeros apart, and need not."""
    level_two(plain, "assert solution.double([0, 0]) == [0, 0]")
    found = trivial_findings(plain)
    assert bad(found) == []
    unchanged = {
        finding.what.partition(":")[0]
        for finding in found
        if finding.what.endswith("changes no answer of level 2")
    }
    assert unchanged == {"answers made zeros", "answers reversed", "a copy of numbers"}


def test_rules_of_the_exercise_do_not_hold_here(double: Copied) -> None:
    """Trivial answers are made with modules that an exercise may forbid."""
    banned = '\n[[not_allowed]]\nname = "types"\nbecause = "It is not needed."\n'
    facts = double.folder / "question.toml"
    facts.write_text(facts.read_text(encoding="utf-8") + banned, encoding="utf-8")
    assert bad(trivial_findings(double)) == []


def test_classes_are_not_tried_in_silence(double: Copied) -> None:
    """A class in the interface is told as something that nothing was made of."""
    seen = seen_of_model(double)
    text = (double.folder / "starter.py").read_text(encoding="utf-8")
    double.write("starter.py", f'{text}\n\nclass Doubler:\n    """Doubles."""\n')
    double.write("interviewer/rungs/3_map.py", "class Doubler: ...\ndouble = [].copy\n")
    findings = check_trivial_answers(double.subject(), seen)
    assert "class Doubler" in next(iter(findings)).what
    double.write("starter.py", 'class Doubler:\n    """Doubles."""\n')
    (alone,) = check_trivial_answers(double.subject(), seen)
    assert "class Doubler" in alone.what and not alone.is_good


def test_a_model_answer_that_does_not_load_is_found(double: Copied) -> None:
    """What cannot be wrapped cannot be tried, and is told."""
    seen = seen_of_model(double)
    double.write("interviewer/rungs/3_map.py", "import no_such_module\n")
    found = bad(check_trivial_answers(double.subject(), seen))
    assert all("could not be tried" in finding.what for finding in found)
    assert len(found) == 7

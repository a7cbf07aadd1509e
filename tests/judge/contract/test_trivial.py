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


MEMOIZE = '''
def memoize(max_size):
    """Return a decorator."""
    def decorate(function):
        cache = {}
        def cached(number):
            """Look first."""
            if number not in cache:
                cache[number] = function(number)
            return cache[number]
        cached.size = lambda: len(cache)
        return cached
    return decorate
'''
COUNTER = '''
class Counter:
    """Counts."""
    def __init__(self, start):
        self.number = start
    def add(self, amount):
        self.number += amount
        return self.number
'''


def with_answer(plain: Copied, answer: str, level_1: str, level_2: str) -> Copied:
    """The question with another answer, and a case of each level."""
    plain.write("starter.py", answer)
    for rung in ("1_copy_first", "2_comprehension", "3_map"):
        plain.write(f"interviewer/rungs/{rung}.py", answer)
    head = (plain.folder / GRADER).read_text(encoding="utf-8").partition("@level")[0]
    case = '@level({0})\ndef case_{0}(solution: Solution) -> None:\n    """A case."""\n'
    body = "".join(
        case.format(number) + "".join(f"    {line}\n" for line in lines.split("\n"))
        for number, lines in ((1, level_1), (2, level_2))
    )
    plain.write(GRADER, head + body)
    return plain


def test_what_a_decorator_makes_is_changed_too(plain: Copied) -> None:
    """Answers of a function that the answer made are made trivial, and its methods'."""
    copied = with_answer(
        plain,
        MEMOIZE,
        "calls = []\ncached = solution.memoize(2)(lambda number: number + 7)\n"
        "assert cached(3) == 10\nassert cached(4) == 11",
        "cached = solution.memoize(2)(lambda number: number + 7)\n"
        "assert cached.size() == 0",
    )
    found = trivial_findings(copied)
    assert bad(found) == []
    assert [finding.what for finding in found] == [
        "answers made zeros: fails level 1, changes no answer of level 2",
        "answers made ones: fails level 1, 2",
        "answers made empty: fails level 1, 2",
        "answers truncated: changes no answer of level 1, 2",
        "answers reversed: changes no answer of level 1, 2",
        "the answer to another input: fails level 1, changes no answer of level 2",
        "a copy of max_size: fails level 1, 2",
    ]


def test_a_decorated_function_that_nothing_is_asked_of_is_found(
    plain: Copied,
) -> None:
    """A level that calls what was made, and compares nothing, takes anything."""
    copied = with_answer(
        plain,
        MEMOIZE,
        "solution.memoize(2)(lambda number: number + 7)(3)",
        "cached = solution.memoize(2)(lambda number: number)\nassert cached(5) == 5",
    )
    found = bad(trivial_findings(copied))
    assert {finding.what.partition(",")[0] for finding in found} >= {
        "answers made zeros: level 1 passes",
        "answers made ones: level 1 passes",
    }


def test_methods_of_a_class_are_changed_too(plain: Copied) -> None:
    """What an object of the answer's own class gives is made trivial."""
    copied = with_answer(
        plain,
        COUNTER,
        "counter = solution.Counter(3)\nassert counter.add(2) == 5\n"
        "assert counter.add(2) == 7",
        "counter = solution.Counter(0)\nassert counter.add(0) == 0",
    )
    found = trivial_findings(copied)
    assert bad(found) == []
    assert [finding.what for finding in found] == [
        "answers made zeros: fails level 1, changes no answer of level 2",
        "answers made ones: fails level 1, 2",
        "answers made empty: fails level 1, changes no answer of level 2",
        "answers truncated: changes no answer of level 1, 2",
        "answers reversed: changes no answer of level 1, 2",
        "the answer to another input: fails level 1, changes no answer of level 2",
    ]


def test_a_model_answer_that_does_not_load_is_found(double: Copied) -> None:
    """What cannot be wrapped cannot be tried, and is told."""
    seen = seen_of_model(double)
    double.write("interviewer/rungs/3_map.py", "import no_such_module\n")
    found = bad(check_trivial_answers(double.subject(), seen))
    assert all("could not be tried" in finding.what for finding in found)
    assert len(found) == 7

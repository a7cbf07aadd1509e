"""Tests of the rules about answers: each holds for a sound question, and can fail."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from perfkata.judge.contract import Finding
from perfkata.judge.contract.answers import (
    check_examples,
    check_rung,
    check_sizes,
    check_starter,
    check_statement_runs,
    check_wrong_answer,
)
from perfkata.judge.contract.declaration import DeclarationError
from perfkata.judge.contract.subject import Seen
from perfkata.judge.contract.trial import Plan, try_answer
from perfkata.judge.errors import JudgeError
from tests.judge.contract.conftest import Copied, bad, only_bad

WRONG = "interviewer/wrong/mistake.py"
RUNGS = "interviewer/rungs/"


def starter_findings(copied: Copied) -> list[Finding]:
    """What is found of the starter."""
    return list(check_starter(copied.subject(), copied.seen()))


def wrong_findings(
    copied: Copied, source: str, num_seeds: int = 1, seen: Seen | None = None
) -> list[Finding]:
    """What is found of a wrong answer with this source."""
    path = copied.write(WRONG, source)
    subject = copied.subject(num_seeds, share=1.0)
    return list(check_wrong_answer(subject, path, seen or copied.seen()))


def rung_findings(copied: Copied, name: str, seen: Seen | None = None) -> list[Finding]:
    """What is found of a rung."""
    path = copied.folder / RUNGS / name
    return list(check_rung(copied.subject(), path, seen or copied.seen()))


def told(findings: Iterable[Finding]) -> str:
    """What all findings say."""
    return "\n".join(map(str, findings))


def answer(body: str, declaration: str = "Level: 1\nVerdict: wrong answer") -> str:
    """The source of an answer to the question of doubling."""
    return f'"""An answer.\n\n{declaration}\n"""\n\ndef double(numbers):\n    {body}\n'


def test_a_starter_is_unfinished(double: Copied) -> None:
    """It fails level 1 with NotImplementedError, which is told as good."""
    (found,) = starter_findings(double)
    assert found.is_good and "NotImplementedError" in found.what


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("return [2 * number for number in numbers]", "it passes level 1"),
        ("return []", "wrong answer in one_number"),
        ("raise ValueError('NotImplementedError')", "it raised ValueError"),
        ("pass", "wrong answer in no_number"),
    ],
)
def test_a_starter_that_fails_otherwise_is_found(
    double: Copied, body: str, what: str
) -> None:
    """Any other end than NotImplementedError is a finding that says which."""
    double.change("starter.py", "raise NotImplementedError", body)
    assert what in only_bad(starter_findings(double)).what


def test_a_starter_to_repair_declares_how_it_fails(double: Copied) -> None:
    """What is to be repaired fails as its docstring says, or that is found."""
    double.write("starter.py", answer("return numbers[:1] * 2"))
    assert bad(starter_findings(double)) == []
    double.write(
        "starter.py", answer("return numbers[:1] * 2", "Level: 2\nVerdict: raised")
    )
    assert "it fails level 1" in only_bad(starter_findings(double)).what


def test_rungs_are_right(double: Copied) -> None:
    """Each rung passes; of the last one it is noted what it was asked."""
    seen = double.seen()
    for name in ("1_copy_first.py", "2_comprehension.py"):
        assert bad(rung_findings(double, name, seen)) == []
    assert seen == double.seen()
    assert bad(rung_findings(double, "3_map.py", seen)) == []
    assert seen.is_model_right
    assert {0, 1, 3, 4} <= seen.sizes
    assert [call.arguments for call in seen.calls["double"]][:2] == [([],), ([21],)]


def test_a_rung_that_is_wrong_is_found(double: Copied) -> None:
    """The finding names the case; a wrong model answer is remembered as such."""
    double.change(f"{RUNGS}3_map.py", "(2)", "(3)")
    seen = double.seen()
    found = only_bad(rung_findings(double, "3_map.py", seen))
    assert "one_number" in found.what and "seed 1" in found.what
    assert not seen.is_model_right


def test_a_rung_is_tried_on_every_seed(double: Copied) -> None:
    """What only the inputs of a later seed show is found."""
    model = double.question.rungs()[-1]
    first, three = double.seen(), double.seen()
    list(check_rung(double.subject(1), model, first))
    list(check_rung(double.subject(3), model, three))
    size = max(three.sizes - first.sizes)
    double.write(
        f"{RUNGS}3_map.py",
        answer(
            f"return [] if len(numbers) == {size} else [2 * n for n in numbers]", ""
        ),
    )
    assert bad(check_rung(double.subject(1), model, double.seen())) == []
    found = only_bad(check_rung(double.subject(3), model, double.seen()))
    assert "any_numbers" in found.what and "seed 1" not in found.what


def test_a_rung_may_fall_short_of_cost(double: Copied) -> None:
    """A level that it does not claim is not asked; a level that it claims is."""
    body = "return [2 * number for number in numbers[:8]]"
    double.write(f"{RUNGS}1_copy_first.py", answer(body, "Falls short: 2"))
    assert bad(rung_findings(double, "1_copy_first.py")) == []
    double.write(f"{RUNGS}1_copy_first.py", answer(body, "Falls short: 1"))
    assert "level 2" in only_bad(rung_findings(double, "1_copy_first.py")).what


def test_the_model_answer_falls_short_of_nothing(double: Copied) -> None:
    """The last rung passes every level."""
    source = answer("return [2 * number for number in numbers]", "Falls short: 2")
    double.write(f"{RUNGS}3_map.py", source)
    assert "falls short" in only_bad(rung_findings(double, "3_map.py")).what


@pytest.mark.parametrize(
    ("body", "declaration"),
    [
        ("return numbers", "Level: 1\nVerdict: wrong answer"),
        ("numbers.append(0)\n    return []", "Level: 1\nVerdict: changed its input"),
        ("return [1 // 0]", "Level: 1\nVerdict: raised"),
        ("while True: pass", "Level: 1\nVerdict: too slow"),
        ("__import__('time').sleep(60)", "Level: 1\nVerdict: too slow"),
        ("return bytearray(2**40)", "Level: 1\nVerdict: too much memory"),
        ("print('x' * 2**21)", "Level: 1\nVerdict: too much output"),
        ("__import__('os')._exit(0)", "Level: 1\nVerdict: crashed"),
        ("__import__('os').abort()", "Level: 1\nVerdict: crashed"),
    ],
)
def test_a_wrong_answer_fails_as_it_declares(
    double: Copied, body: str, declaration: str
) -> None:
    """Every verdict of a level can be declared, and its reproduction fails too."""
    found = wrong_findings(double, answer(body, declaration))
    assert bad(found) == []
    assert [finding.what.partition(" ")[0] for finding in found] == ["it", "its"]
    assert "reproduction" in found[-1].what


@pytest.mark.parametrize(
    ("body", "declaration", "what"),
    [
        (
            "return [2 * n for n in numbers]",
            "Level: 1\nVerdict: wrong answer",
            "passes",
        ),
        ("return numbers", "Level: 2\nVerdict: wrong answer", "it fails level 1"),
        ("return numbers", "Level: 1\nVerdict: raised", "wrong answer in"),
        ("return numbers[:1] * 2", "Level: 1\nVerdict: too slow", "wrong answer in"),
        ("return [2 * n for n in numbers]", "Verdict: not allowed", "it passes"),
        ("return numbers", "Verdict: did not load", "it fails level 1"),
    ],
)
def test_a_wrong_answer_that_fails_otherwise_is_found(
    double: Copied, body: str, declaration: str, what: str
) -> None:
    """Another level, another verdict, or none: what came is told."""
    found = only_bad(wrong_findings(double, answer(body, declaration)))
    assert what in found.what and "it declares" in found.what


def test_a_wrong_answer_declares_something(double: Copied) -> None:
    """A wrong answer without a declaration cannot be checked."""
    with pytest.raises(DeclarationError, match="no 'Level:' and 'Verdict:'"):
        wrong_findings(double, answer("return numbers", ""))


SLOW = "Measure: cost_per_number\nCause: none"


def test_a_slow_answer_is_right(double: Copied) -> None:
    """One that declares no level passes every level, and does what is measured."""
    body = "return [sum((number, number)) for number in numbers]"
    levels, steps = wrong_findings(double, answer(body, SLOW), num_seeds=2)
    assert levels.is_good and levels.what == "it is right on 2 seeds, as a slow answer"
    assert steps.is_good and "cost_per_number rightly up to size 1,000" in steps.what


def test_a_slow_answer_that_is_wrong_is_found(double: Copied) -> None:
    """It is told at the level that it fails, and where it is measured."""
    levels, steps = bad(wrong_findings(double, answer("return numbers", SLOW)))
    assert "it is not right on seed 1: it fails level 1" in levels.what
    assert "it does not answer the measure cost_per_number rightly" in steps.what


def test_a_slow_answer_must_do_what_is_measured(double: Copied) -> None:
    """One that is wrong where the levels do not look could not be measured."""
    body = "return [2 * n for n in numbers] if len(numbers) < 1_000 else []"
    found = only_bad(wrong_findings(double, answer(body, SLOW)))
    assert "rightly at size 1,000: " in found.what


def test_what_is_too_slow_for_a_level_is_measured_all_the_same(double: Copied) -> None:
    """Level and verdict hold as for any other, and small inputs are answered."""
    double.change(
        "interviewer/grader.py",
        "assert solution.double([]) == []",
        "assert solution.double([5, 5]) == [10, 10]",
    )
    body = (
        "while numbers == [5, 5]: pass\n    return [2 * number for number in numbers]"
    )
    declaration = f"Level: 1\nVerdict: too slow\n{SLOW}"
    whats = [f.what for f in wrong_findings(double, answer(body, declaration))]
    assert whats[0] == "it fails as it declares: 'too slow' at level 1"
    assert "rightly up to size 1,000" in whats[-1]
    assert len(whats) == 3


def test_a_level_is_the_first_that_fails(double: Copied) -> None:
    """A wrong answer passes what lies below the level that it declares."""
    body = "return [2 * number for number in numbers[:8]]"
    declaration = "Level: 2\nVerdict: wrong answer"
    assert bad(wrong_findings(double, answer(body, declaration), num_seeds=2)) == []
    found = wrong_findings(double, answer("return numbers * 2", declaration))
    assert "it fails level 1" in only_bad(found).what


def test_a_wrong_answer_fails_on_every_seed(double: Copied) -> None:
    """One that the inputs of a later seed do not show is found, with that seed."""
    model = double.question.rungs()[-1]
    first, later = double.seen(), double.seen()
    list(check_rung(double.subject(1), model, first))
    size = max(first.sizes)
    subject = double.subject(3)
    plan = Plan(levels=(2,), seeds=(2, 3), observe=later.note)
    try_answer(subject, model.read_bytes(), plan)
    assert size not in later.sizes
    path = double.write(
        WRONG,
        answer(
            f"return [] if len(numbers) == {size} else [2 * n for n in numbers]",
            "Level: 2\nVerdict: wrong answer",
        ),
    )
    assert bad(check_wrong_answer(double.subject(1), path, double.seen())) == []
    found = only_bad(check_wrong_answer(subject, path, double.seen()))
    assert "on seed 2 it passes level 2" in found.what


def test_a_hang_ends_after_a_second_whatever_its_level_allows(double: Copied) -> None:
    """A level may give a right answer minutes; nobody waits so long for a hang."""
    double.change("question.toml", "points = 50", "points = 50\ncpu_limit_s = 600")
    source = answer("while True: pass", "Level: 1\nVerdict: too slow")
    assert bad(wrong_findings(double, source, num_seeds=3)) == []


def test_a_level_has_a_memory_of_its_own(double: Copied) -> None:
    """What a level allows holds for answers and for their reproductions."""
    body = "bytearray(2**28)\n    return [2 * number for number in numbers]"
    source = answer(body, "Level: 1\nVerdict: too much memory")
    assert "it passes level 1" in only_bad(wrong_findings(double, source)).what
    double.change("question.toml", "points = 50", "points = 50\nmemory_limit_mib = 100")
    assert bad(wrong_findings(double, source)) == []


def test_what_is_not_allowed_can_be_declared(span: Copied) -> None:
    """An answer that breaks a rule of the exercise is refused before any level."""
    docstring = '"""Wrong.\n\nVerdict: not allowed\n"""\n'
    source = f"{docstring}import heapq\n\ndef span(numbers): ...\n"
    (found,) = wrong_findings(span, source)
    assert found.is_good
    without = source.replace("import heapq", "")
    assert "it fails level 1" in only_bad(wrong_findings(span, without)).what


def test_what_does_not_load_can_be_declared(double: Copied) -> None:
    """A name that is missing keeps an answer from every level."""
    source = '"""Wrong.\n\nVerdict: did not load\n"""\n'
    (found,) = wrong_findings(double, source)
    assert found.is_good


def test_a_reproduction_that_does_not_fail_is_found(double: Copied) -> None:
    """An answer that is right where its reproduction runs is no failure to show."""
    body = (
        "import os\n    return [2 * n for n in numbers]"
        " if os.path.exists('failure.py') else []"
    )
    found = only_bad(wrong_findings(double, answer(body)))
    assert "does not fail beside it" in found.what
    assert "from solution import double" in found.advice


def test_a_reproduction_must_pass_beside_the_model_answer(double: Copied) -> None:
    """If it fails there as well, it shows nothing."""
    body = (
        "import os\n    return [] if os.path.exists('failure.py')"
        " else [2 * n for n in numbers]"
    )
    double.write(f"{RUNGS}3_map.py", answer(body, ""))
    found = only_bad(wrong_findings(double, answer("return [0 * n for n in numbers]")))
    assert "fails beside 3_map.py too" in found.what


def test_a_right_answer_has_time_beside_a_hang(double: Copied) -> None:
    """The timers of a reproduction end the wrong answer, and never the model's."""
    double.write(
        f"{RUNGS}3_map.py",
        answer(
            "import signal\n    armed = signal.getitimer(signal.ITIMER_REAL)[0]"
            "\n    return [] if armed else [2 * n for n in numbers]",
            "",
        ),
    )
    source = answer("while True: pass", "Level: 1\nVerdict: too slow")
    assert bad(wrong_findings(double, source)) == []


def test_records_cross_and_reproduce(span: Copied) -> None:
    """A question that hands out a record has its wrong answers reproduced with it."""
    for path in span.question.wrong_answers():
        assert bad(check_wrong_answer(span.subject(2), path, span.seen())) == []


def test_heavy_cases_wait_for_a_thorough_check(double: Copied) -> None:
    """A wrong answer that a huge input shows below its level is found by more seeds."""
    double.change(
        "interviewer/grader.py",
        "@level(1)\ndef one_number",
        '''@level(1)
def huge(solution: Solution) -> None:
    """A list that takes its time."""
    numbers = [7] * 200_000
    assert solution.double(numbers) == [14] * 200_000


@level(1)
def one_number''',
    )
    seen = double.seen()
    assert bad(rung_findings(double, "3_map.py", seen)) == []
    assert seen.heavy == {"huge"}
    body = "return [2 * n for n in numbers] if len(numbers) in range(9) else []"
    source = answer(body, "Level: 2\nVerdict: wrong answer")
    assert bad(wrong_findings(double, source, 3, seen)) == []
    assert "level 1" in only_bad(wrong_findings(double, source, 4, seen)).what


def test_a_grader_that_fails_is_its_own_fault(double: Copied) -> None:
    """An error of the grader is told as one, whichever answer brought it up."""
    double.change("interviewer/grader.py", "solution.double([]) == []", "1 == 1")
    with pytest.raises(JudgeError, match="asks the solution nothing"):
        rung_findings(double, "3_map.py")
    with pytest.raises(JudgeError, match="asks the solution nothing"):
        wrong_findings(double, answer("return numbers"))


def test_examples_pass_with_rungs_and_fail_with_the_starter(double: Copied) -> None:
    """The examples of the fake track are sound."""
    (found,) = check_examples(double.subject())
    assert found.is_good


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("def test_sum():\n    assert 1 + 1 == 2\n", "it passes with the starter"),
        ("x = 1\n", "it holds no test"),
        ("def test_(:\n", "SyntaxError"),
        ("from solution import halve\n\ndef test(): halve(2)\n", "ImportError"),
    ],
)
def test_examples_that_show_nothing_are_found(
    double: Copied, text: str, what: str
) -> None:
    """Tests that pass without an answer, that do not run, that are not there."""
    double.write("examples.py", text)
    subject = double.subject()
    double.remove(f"{RUNGS}2_comprehension.py")
    double.remove(f"{RUNGS}3_map.py")
    found = bad(check_examples(subject))
    assert found and what in told(found)


def test_examples_that_a_rung_fails_are_found(double: Copied) -> None:
    """The rung is named, with what pytest said."""
    double.change("examples.py", "[2, -4, 6]", "[2, -4, 7]")
    subject = double.subject()
    double.remove(f"{RUNGS}2_comprehension.py")
    first, last = bad(check_examples(subject))
    assert "1_copy_first.py" in first.what and "3_map.py" in last.what
    assert "[2, -4, 6] == [2, -4, 7]" in first.what


def test_a_statement_runs(double: Copied, span: Copied) -> None:
    """Blocks run in order beside the model answer, and see what is handed out."""
    for copied in (double, span):
        assert bad(check_statement_runs(copied.subject())) == []
    double.change(
        "question.md",
        ">>> double([])",
        ">>> twice = double([4])\n>>> double([])",
    )
    text = (double.folder / "question.md").read_text(encoding="utf-8")
    more = "\n```python\nassert twice == [8]\nassert double(twice) == [16]\n```\n"
    double.write("question.md", text + more)
    found = list(check_statement_runs(double.subject()))
    assert bad(found) == [] and "2 blocks" in found[-1].what


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[2, 4, 6]", "[2, 4, 7]", "Expected:"),
        (">>> double([])", ">>> double()", "TypeError"),
        (">>> double([])", ">>>double([])", "lacks blank"),
        ("```python", "```", "no Python example"),
        ("double", "twice", "does not name double"),
        (
            ">>> double([1, 2, 3])\n[2, 4, 6]\n>>> double([])\n[]",
            "assert 0",
            "Assertion",
        ),
    ],
)
def test_a_statement_that_is_wrong_is_found(
    double: Copied, old: str, new: str, what: str
) -> None:
    """Wrong values, errors, bad syntax, no example, another name."""
    double.change("question.md", old, new)
    found = bad(check_statement_runs(double.subject()))
    assert what in told(found)
    assert {finding.where for finding in found} == {"01_double/question.md"}


@pytest.mark.parametrize(
    ("sizes", "missing"),
    [
        ({0, 1, 2, 3}, []),
        ({0, 1, 64, 65, 1_000_000}, []),
        ({1, 2, 3}, ["0"]),
        ({0, 2, 3}, ["1"]),
        ({0, 1, 3, 5}, ["a power of two"]),
        ({0, 1, 2, 4}, ["no power of two"]),
        (set(), ["0", "1", "a power of two", "no power of two"]),
    ],
)
def test_sizes_where_mistakes_show_are_asked(
    double: Copied, sizes: set[int], missing: list[str]
) -> None:
    """Nothing, one, a power of two and another number: what is missing is named."""
    seen = double.seen()
    seen.sizes |= sizes
    found = bad(check_sizes(double.subject(), seen))
    assert [finding.what.partition("of size ")[2] for finding in found] == missing


def test_the_size_is_of_a_parameter(double: Copied, span: Copied) -> None:
    """size_of names one, or there is no rule about sizes."""
    double.change("question.toml", 'size_of = "numbers"', 'size_of = "items"')
    found = only_bad(check_sizes(double.subject(), double.seen()))
    assert found.where == "01_double/question.toml"
    assert list(check_sizes(span.subject(), span.seen())) == []

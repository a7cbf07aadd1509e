"""Tests of the rules about what measures run."""

from __future__ import annotations

import pytest

from perfkata.judge.contract import Finding
from perfkata.judge.contract.measured import check_measure, check_rung_of
from perfkata.judge.errors import GraderError
from tests.judge.contract.conftest import Copied, bad, only_bad

GRADER = "interviewer/grader.py"
DRAWN = "[source.randint(-99, 99) for _ in range(size)]"
STEP = 'call("double", numbers).gives([2 * number for number in numbers])'
MEASURE = f'''\
from perfkata.judge.grading import run


@measure("cost_per_number")
def many_numbers(size, source):
    """A number costs the same in a long list as in a short one."""
    numbers = {DRAWN}
    return {STEP}
'''


TWICE = """\
def twice(numbers):
    import solution

    return solution.double(solution.double(numbers))
"""


@pytest.fixture
def measured(double: Copied) -> Copied:
    """The question of one function, its measure a plain call of that."""
    cases = (double.folder / GRADER).read_text(encoding="utf-8").partition("@measure")
    double.write(GRADER, cases[0] + MEASURE)
    return double


def measure_findings(copied: Copied) -> list[Finding]:
    """What is found of the measure of a question."""
    subject = copied.subject()
    (measure,) = subject.question.measures
    return list(check_measure(subject, measure))


def steps_findings(copied: Copied, name: str) -> list[Finding]:
    """What is found of an answer that is to be measured."""
    subject = copied.subject()
    (measure,) = subject.question.measures
    return list(check_rung_of(subject, copied.folder / name, measure))


def test_a_sound_measure_has_one_good_finding(measured: Copied) -> None:
    """Its inputs are drawn from the seed, and no trivial answer is right."""
    (found,) = measure_findings(measured)
    assert found.is_good
    assert found.where == f"01_double/{GRADER}"
    assert "the measure cost_per_number draws inputs from its seed" in found.what


def test_what_is_drawn_by_other_chance_is_found(measured: Copied) -> None:
    """Two draws of one seed must be equal."""
    measured.change(GRADER, DRAWN, DRAWN.replace("source", "random"))
    assert "draws two inputs from one seed" in only_bad(measure_findings(measured)).what


def test_what_is_not_drawn_is_found(measured: Copied) -> None:
    """Two seeds must draw two inputs, whose answers differ too."""
    measured.change(GRADER, DRAWN, "[*range(size)]")
    whats = [finding.what for finding in bad(measure_findings(measured))]
    assert len(whats) == 2
    assert "draws one input from two seeds" in whats[0]
    assert "what the answer to another input gives" in whats[1]


@pytest.mark.parametrize(
    ("expected", "trivial"),
    [
        ("[0] * size", ("an answer made zeros", "the answer to another input")),
        ("[1] * size", ("an answer made ones", "the answer to another input")),
        ("[]", ("an answer made empty", "an answer truncated", "another input")),
        ("numbers + numbers[::-1]", ("an answer reversed",)),
        ("numbers", ("a copy of an argument",)),
        ("0", ("made zeros", "made empty", "another input")),
        ("len(numbers)", ("the answer to another input",)),
        ("numbers[0] + 10**9", ()),
        ("str(numbers)", ()),
    ],
)
def test_an_answer_that_takes_no_work_is_found(
    measured: Copied, expected: str, trivial: tuple[str, ...]
) -> None:
    """What a measure expects must be nothing that can be had without looking."""
    measured.change(GRADER, STEP, f'call("double", numbers).gives({expected})')
    whats = [finding.what for finding in bad(measure_findings(measured))]
    for name in trivial:
        assert any(f"{name} gives at size 1,000" in what for what in whats), whats
    assert bool(whats) is bool(trivial)


def test_a_copy_is_found_under_a_name_too(measured: Copied) -> None:
    """Arguments by name are arguments."""
    measured.change(GRADER, STEP, 'call("double", numbers=numbers).gives(numbers)')
    assert "a copy of an argument" in only_bad(measure_findings(measured)).what


def test_the_reverse_may_be_right_where_order_does_not_matter(measured: Copied) -> None:
    """Such a question does not ask for it."""
    measured.change(
        GRADER, STEP, 'call("double", numbers).gives(numbers + numbers[::-1])'
    )
    measured.change("question.toml", "minutes =", "order_matters = false\nminutes =")
    assert bad(measure_findings(measured)) == []


def test_an_exception_is_nothing_to_measure(measured: Copied) -> None:
    """A step that expects one is found, and what else to expect is said."""
    measured.change(GRADER, STEP, 'call("double", numbers).raises(ValueError)')
    found = only_bad(measure_findings(measured))
    assert "expects an exception" in found.what and "gives" in found.advice


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        ("None", "draws no step"),
        ("[1 // 0]", "cannot be drawn at size 1,000: ZeroDivisionError"),
    ],
)
def test_what_cannot_be_drawn_is_the_graders_fault(
    measured: Copied, returned: str, told: str
) -> None:
    """An error in a measure's function is told as one."""
    measured.change(GRADER, STEP, returned)
    with pytest.raises(GraderError, match=told):
        measure_findings(measured)


def test_rungs_do_what_is_measured(measured: Copied) -> None:
    """Each answers rightly at the sizes where mistakes show, up to the smallest."""
    for path in measured.question.rungs():
        name = path.relative_to(measured.folder).as_posix()
        (found,) = steps_findings(measured, name)
        assert found.is_good
        assert found.where == f"01_double/{name}"
        assert found.what.endswith("rightly up to size 1,000")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 1_000])
def test_an_answer_that_is_wrong_at_a_size_is_found(
    measured: Copied, size: int
) -> None:
    """Nothing, one, powers of two and their neighbours: the size is named."""
    measured.write(
        "interviewer/rungs/3_map.py",
        f"""\
        def double(numbers):
            return None if len(numbers) == {size} else [2 * n for n in numbers]
        """,
    )
    found = only_bad(steps_findings(measured, "interviewer/rungs/3_map.py"))
    assert f"rightly at size {size:,}: it is of type NoneType" in found.what


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def double(numbers): raise KeyError", "at size 0: it raised KeyError"),
        ("def double(numbers): exit()", "at size 0: "),
        ("def (", "anywhere: "),
    ],
)
def test_an_answer_that_gives_none_is_found(
    measured: Copied, source: str, told: str
) -> None:
    """What raises, ends itself or does not load is told with what became of it."""
    measured.write("interviewer/rungs/3_map.py", source)
    found = only_bad(steps_findings(measured, "interviewer/rungs/3_map.py"))
    assert told in found.what


def test_a_workload_runs_beside_the_answer(measured: Copied) -> None:
    """A measure may run a function of workloads.py, which calls the answer."""
    path = measured.folder / "interviewer/workloads.py"
    others = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{others}\n\n{TWICE}", encoding="utf-8")
    measured.change(
        GRADER, STEP, 'run("twice", numbers).gives([4 * n for n in numbers])'
    )
    assert bad(measure_findings(measured)) == []
    assert bad(steps_findings(measured, "interviewer/rungs/3_map.py")) == []
    measured.change("interviewer/workloads.py", "solution.double(numbers)", "numbers")
    found = only_bad(steps_findings(measured, "interviewer/rungs/3_map.py"))
    assert "at size 1: at [0]" in found.what

"""Loading a grader: by path, its asserts judged, its mistakes told by file and line."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from perfkata.catalog import Bar, Growth, Level, Measure
from perfkata.judge.answer import Returned
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import CaseFailedError, call, run
from perfkata.judge.loading import Grader, load_grader
from perfkata.judge.objects import Given, Remote
from tests.judge.conftest import MakeExercise
from tests.judge.scripted import case_of

_GIVEN = """\
from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Span"]


@dataclass(frozen=True, slots=True)
class Span:
    low: int
    high: Span | None = None


class NoRecord:
    pass
"""
_CASE = '''\
@level(1)
def one(solution):
    """One."""
    assert solution.answer(1) == 1
'''
_MEASURE = '''
@measure("cost")
def cost(size, source):
    """A large list costs an item what a small one does."""
    items = [source.randint(1, 9) for _ in range(size)]
    return call("answer", items).gives(items)
'''
_OWN_NAMES = ("given", "oracle", "workloads", "grader")


def _case(body: str) -> str:
    """Write a case whose body begins in line 8."""
    indented = textwrap.indent(textwrap.dedent(body), "    ")
    return f'\n@level(1)\ndef one(solution):\n    """One."""\n{indented}'


def _run(grader: Grader, *answers: object) -> None:
    """Run the only case of a grader on a submission that returns these values."""
    (case,) = grader.cases
    assert case.run is not None
    with case_of(*map(Returned, answers)) as solution:
        case.run(solution)


def test_cases_come_by_level_and_then_as_they_stand(
    make_exercise: MakeExercise,
) -> None:
    """The order of grading is the order in the file, level by level."""
    levels = tuple(Level(number=n, title=str(n), points=50) for n in (1, 2))
    exercise = make_exercise(
        '''
        @level(2)
        def third(solution):
            """Third."""

        @level(1)
        def first(solution):
            """First."""

        @generated(1, count=2)
        def second(draw):
            """Second."""
        ''',
        levels=levels,
    )
    grader = load_grader(exercise.question)
    assert [case.name for case in grader.cases] == ["first", "second", "third"]
    assert [case.name for case in grader.cases_of(2)] == ["third"]
    assert (grader.given, grader.records) == (None, {})


def test_the_questions_own_files_are_modules_while_it_loads(
    make_exercise: MakeExercise,
) -> None:
    """The grader imports given, oracle and workloads, and they import given."""
    exercise = make_exercise(
        '''
        from dataclasses import dataclass

        from given import Span
        from oracle import truth
        from workloads import size

        @dataclass(frozen=True, slots=True)
        class Drawn:
            """A record of the grader's own, with annotations that are text."""

            spans: list[Span]

        @level(1)
        def one(solution):
            """One."""
            assert solution.answer(Drawn([truth]).spans[0]) == size
        ''',
        given=_GIVEN,
        others={
            "interviewer/oracle.py": "from given import Span\n\ntruth = Span(1)\n",
            "interviewer/workloads.py": "from oracle import truth\n\nsize = 5\n",
        },
    )
    grader = load_grader(exercise.question)
    _run(grader, 5)
    assert grader.given == _GIVEN.encode()
    assert list(grader.records) == ["Span"]


def test_the_process_has_the_modules_that_it_had(
    make_exercise: MakeExercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module of the same name is neither used nor lost, and none is left behind."""
    other = ModuleType("given")
    monkeypatch.setitem(sys.modules, "given", other)
    exercise = make_exercise("import given\n\ngiven.Span\n\n" + _CASE, given=_GIVEN)
    load_grader(exercise.question)
    assert sys.modules["given"] is other
    assert not {"oracle", "workloads", "grader"} & sys.modules.keys()


def test_the_process_has_its_modules_after_a_failure_too(
    make_exercise: MakeExercise,
) -> None:
    """A grader that does not load leaves nothing behind."""
    exercise = make_exercise("import given\n\n1 / 0\n", given=_GIVEN)
    with pytest.raises(GraderError):
        load_grader(exercise.question)
    assert not set(_OWN_NAMES) & sys.modules.keys()


@pytest.mark.parametrize(
    ("bound", "is_kept"),
    [
        ("< 3", True),
        ("< 2", False),
        ("<= 2", True),
        ("<= 1", False),
        ("> 1", True),
        ("> 2", False),
        (">= 2", True),
        (">= 3", False),
        ("== 2", True),
        ("== 2.0", False),
    ],
)
@pytest.mark.parametrize("left", ["solution.f()", "len(solution.g())"])
def test_an_assert_holds_what_it_says(
    make_exercise: MakeExercise, left: str, bound: str, is_kept: bool
) -> None:
    """Each operator is judged, of an answer and of what is made of one."""
    grader = load_grader(make_exercise(_case(f"assert {left} {bound}")).question)
    answer = 2 if left == "solution.f()" else [7, 7]
    if is_kept:
        _run(grader, answer)
        return
    with pytest.raises(CaseFailedError) as caught:
        _run(grader, answer)
    claim = caught.value.claim
    assert claim is None or (claim.text, claim.operator) == (
        left,
        bound.split(maxsplit=1)[0],
    )
    assert caught.value.message.startswith(("it is ", left, f"of {left}"))


@pytest.mark.parametrize(
    ("answer", "single", "is_kept"),
    [
        (True, "True", True),
        (1, "True", False),
        (False, "False", True),
        (0, "False", False),
        (None, "None", True),
        ([], "None", False),
    ],
)
def test_an_assert_with_is_compares_what_there_is_one_of(
    make_exercise: MakeExercise, answer: object, single: str, is_kept: bool
) -> None:
    """True, False and None are compared by exact type, as all else is."""
    statement = f"assert solution.f() is {single}"
    grader = load_grader(make_exercise(_case(statement)).question)
    with contextlib.nullcontext() if is_kept else pytest.raises(CaseFailedError):
        _run(grader, answer)


def test_what_a_case_is_made_of_is_known_by_its_names(
    make_exercise: MakeExercise,
) -> None:
    """Given objects and objects of the submission are noted where they get a name."""
    body = """
    box = given([1], methods=("append",))
    made = solution.make(box)
    number = solution.count()
    other: int = solution.count()
    """
    exercise = make_exercise("from perfkata.judge.grading import given\n" + _case(body))
    (case,) = load_grader(exercise.question).cases
    assert case.run is not None
    remote = Remote(1, "function", "<function>", lambda *asked: None)
    with case_of(*map(Returned, (remote, 2_000, 3_000))) as solution:
        case.run(solution)
    names = {name: value for value, name in solution._names.values()}
    assert names["made"] is remote
    box = names["box"]
    assert isinstance(box, Given) and box.methods == ("append",)
    assert solution._named == {"box": 0, "made": 1, "number": 2}


def test_the_model_answer_is_loaded_when_it_is_asked_for(
    make_exercise: MakeExercise,
) -> None:
    """The last rung is one module of the trusted side, with given.py beside it."""
    exercise = make_exercise(
        _CASE,
        given=_GIVEN,
        others={
            "interviewer/rungs/1_plain.py": "1 / 0",
            "interviewer/rungs/2_better.py": (
                "from given import Span\n\ndef answer(number):\n"
                "    assert number != 2\n    return Span(number)\n"
            ),
        },
    )
    grader = load_grader(exercise.question)
    model = grader.load_model()
    assert grader.load_model() is model
    assert type(model.answer(1)) is grader.records["Span"]
    # Its asserts are Python's own.
    with pytest.raises(AssertionError):
        model.answer(2)
    assert not {"model", *_OWN_NAMES} & sys.modules.keys()


def test_a_model_answer_that_does_not_load_is_told(make_exercise: MakeExercise) -> None:
    """Its file is named, as those beside the grader are."""
    others = {"interviewer/rungs/1_plain.py": "1 / 0"}
    grader = load_grader(make_exercise(_CASE, others=others).question)
    with pytest.raises(GraderError, match=r"rungs/1_plain.py does not load: ZeroDiv"):
        grader.load_model()


def test_a_submission_has_files_if_the_question_says_so(
    make_exercise: MakeExercise,
) -> None:
    """question.toml decides whether its worker has a scratch folder."""
    question = make_exercise(_CASE).question
    assert not load_grader(question).job(b"", ()).has_scratch
    keeps = msgspec.structs.replace(question, keeps_files=True)
    assert load_grader(keeps).job(b"", ()).has_scratch


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("assert solution.f()", "assert solution.f()"),
        ("assert not solution.f()", "assert not solution.f()"),
        ("assert solution.f() != 1", "assert solution.f() != 1"),
        ("assert solution.f() is 3", "assert solution.f() is 3"),
        ("assert solution.f() in (1, 2)", "assert solution.f() in (1, 2)"),
        ("assert 0 < solution.f() < 2", "assert 0 < solution.f() < 2"),
        ("assert solution.f() == 1 == 1", "assert solution.f() == 1 == 1"),
        ("assert solution.f() == 1, 'text'", "assert solution.f() == 1"),
        ("assert solution.f() == 1 and True", "assert solution.f() == 1 and True"),
        ("for _ in ():\n    assert True", "assert True"),
    ],
)
def test_an_assert_of_another_form_is_an_error_of_the_question(
    make_exercise: MakeExercise, statement: str, told: str
) -> None:
    """Only `assert came == expected` has a meaning; the rest names file and line."""
    exercise = make_exercise(_case(statement))
    with pytest.raises(GraderError) as caught:
        load_grader(exercise.question)
    line = 9 if "\n" in statement else 8
    where = f"01_answer/interviewer/grader.py: line {line}: '{told}' is not of the form"
    assert caught.value.message.startswith(where)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        ("assert solution.f(1)", "write 'solution.f(1) is True'; types count"),
        ("assert not solution.f(1)", "write 'solution.f(1) is False'; types count"),
        ("assert solution.f() is not None", "compare what a call"),
        ("assert not 1", "compare what a call"),
    ],
)
def test_an_assert_of_a_truth_value_is_told_how_it_is_written(
    make_exercise: MakeExercise, statement: str, hint: str
) -> None:
    """What is true, false or None is compared, as the hint does it."""
    with pytest.raises(GraderError) as caught:
        load_grader(make_exercise(_case(statement)).question)
    assert (caught.value.hint or "").startswith(hint)


def test_an_assert_outside_a_function_is_an_error_of_the_question(
    make_exercise: MakeExercise,
) -> None:
    """Where no case runs there is nothing to compare."""
    with pytest.raises(GraderError, match=r"grader.py: an assert outside a case"):
        load_grader(make_exercise("assert 1 == 1\n" + _CASE).question)


def test_an_assert_of_the_oracle_is_pythons(make_exercise: MakeExercise) -> None:
    """The judge's meaning holds in the grader's file alone."""
    oracle = {"interviewer/oracle.py": "assert 1 < 2\nassert True, 'text'\n"}
    load_grader(make_exercise("import oracle\n\n" + _CASE, others=oracle).question)
    oracle = {"interviewer/oracle.py": "assert 2 < 1\n"}
    with pytest.raises(GraderError, match=r"oracle.py does not load: AssertionError"):
        load_grader(make_exercise("import oracle\n\n" + _CASE, others=oracle).question)


def test_both_sides_of_an_assert_are_evaluated_where_they_stand(
    make_exercise: MakeExercise,
) -> None:
    """Names of loops and helpers mean what they would in a plain assert."""
    body = """
    for number in (1, 2):
        expected = [number]
        check(solution, number, expected)
    """
    helper = (
        "def check(solution, number, expected):\n"
        "    assert solution.answer(number) == expected\n"
    )
    grader = load_grader(make_exercise(helper + _case(body)).question)
    _run(grader, [1], [2])
    with pytest.raises(CaseFailedError, match=r"at \[0\] it is 1, expected 2"):
        _run(grader, [1], [1])


def test_answers_kept_under_names_are_told_apart(make_exercise: MakeExercise) -> None:
    """The failing call is the one whose answer the name holds, no later equal one."""
    body = """
    first = solution.answer(1)
    second = solution.answer(2)
    assert second == 0
    assert first == 7
    """
    with pytest.raises(CaseFailedError) as caught:
        _run(load_grader(make_exercise(_case(body)).question), 0, 0)
    assert caught.value.num_events == 1


def test_nothing_is_stripped_when_python_optimizes(make_exercise: MakeExercise) -> None:
    """Under `python -O` an assert of a grader still fails."""
    exercise = make_exercise(_CASE)
    program = f"""
    import msgspec
    from pathlib import Path
    from perfkata.catalog import Question
    from perfkata.judge.grading import CaseFailedError
    from perfkata.judge.loading import load_grader
    from perfkata.judge.answer import Returned
    from tests.judge.scripted import case_of

    question = msgspec.json.decode(
        {msgspec.json.encode(_as_data(exercise.question))!r},
        type=Question,
        dec_hook=lambda kind, text: kind(text),
    )
    (case,) = load_grader(question).cases
    try:
        with case_of(Returned(2)) as solution:
            case.run(solution)
    except CaseFailedError as error:
        print(error.message)
    """
    done = subprocess.run(
        [sys.executable, "-O", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.stdout, done.stderr) == ("it is 2, expected 1\n", "")


def _as_data(question: msgspec.Struct) -> object:
    return msgspec.to_builtins(question, enc_hook=str)


@pytest.mark.parametrize(
    ("grader", "told"),
    [
        ("1 / 0", "grader.py does not load: ZeroDivisionError: division by zero"),
        ("def (", "grader.py does not load: SyntaxError: "),
        ("import nothing_of_this_name", "does not load: ModuleNotFoundError: "),
        ("@level(1)\ndef one(solution): pass", "the case one has no docstring"),
        (
            _CASE.replace("level(1)", "level(2)"),
            "one is of level 2, which question.toml",
        ),
        ("", "01_answer: level 1 has no case"),
        (_CASE + _CASE, "line 9: a second function is named one"),
        (_CASE + "\nother = one\n", "01_answer: two cases are named one"),
    ],
)
def test_a_mistake_of_a_grader_is_told(
    make_exercise: MakeExercise, grader: str, told: str
) -> None:
    """Every mistake names the question and what is wrong, and has a next step."""
    exercise = make_exercise(grader)
    with pytest.raises(GraderError) as caught:
        load_grader(exercise.question)
    assert told in caught.value.message
    assert caught.value.message.startswith("01_answer")
    assert caught.value.hint


def _declared(*names: str) -> tuple[Measure, ...]:
    bars = (Bar(rung="1_plain", at_most=2.0, points=10, source="A guess."),)
    return tuple(
        Measure(
            name=name,
            title=name,
            points=10,
            growth=Growth.LINEAR,
            sizes=(10,),
            bars=bars,
        )
        for name in names
    )


def test_what_measures_run_comes_by_their_names(make_exercise: MakeExercise) -> None:
    """A function with @measure draws the step of a size, and is no case."""
    workloads = "def twice(items):\n    return items * 2\n"
    other = '''
    @measure("twice")
    def another(size, source):
        """Twice as long.

        And no more than that.
        """
        return run("twice", [1], times=size).gives([1, 1])
    '''
    exercise = make_exercise(
        _CASE + textwrap.dedent(_MEASURE) + textwrap.dedent(other),
        measures=_declared("twice", "cost"),
        others={"interviewer/workloads.py": workloads},
    )
    grader = load_grader(exercise.question)
    assert [case.name for case in grader.cases] == ["one"]
    assert sorted(grader.measured) == ["cost", "twice"]
    assert grader.measured["twice"].purpose == "Twice as long."
    source = random.Random(1)
    items = [random.Random(1).randint(1, 9)]
    assert grader.measured["cost"].draw(1, source) == call("answer", items).gives(items)
    asked = grader.measured["twice"].draw(3, source).call
    assert asked == run("twice", [1], times=3)
    assert asked.name != "twice"
    assert grader.workloads == workloads.encode()


def test_nothing_runs_where_nothing_is_measured(make_exercise: MakeExercise) -> None:
    """A question without measures needs no function and no workloads."""
    grader = load_grader(make_exercise(_CASE).question)
    assert (grader.measured, grader.workloads) == ({}, None)


@pytest.mark.parametrize(
    ("grader", "names", "told"),
    [
        ("", ("cost",), "the measure 'cost' has no function"),
        (_MEASURE, ("cost", "more"), "the measure 'more' has no function"),
        (_MEASURE, (), "a function is of the measure 'cost', which question.toml"),
        (
            _MEASURE + _MEASURE.replace("def cost", "def again"),
            ("cost",),
            "two functions are of the measure 'cost'",
        ),
        (
            '@measure("cost")\ndef cost(size, source): pass\n',
            ("cost",),
            "the case cost has no docstring",
        ),
    ],
)
def test_measures_and_their_functions_fit(
    make_exercise: MakeExercise, grader: str, names: tuple[str, ...], told: str
) -> None:
    """Each measure of question.toml has one function in the grader, and no other."""
    exercise = make_exercise(_CASE + "\n\n" + grader, measures=_declared(*names))
    with pytest.raises(GraderError) as caught:
        load_grader(exercise.question)
    assert told in caught.value.message
    assert caught.value.message.startswith("01_answer")
    assert caught.value.hint


def test_a_missing_grader_is_told(make_exercise: MakeExercise) -> None:
    """A question that has no grader is an error that names the file."""
    exercise = make_exercise("")
    exercise.question.grader.unlink()
    with pytest.raises(GraderError, match=r"interviewer/grader.py does not load"):
        load_grader(exercise.question)


def test_a_file_that_fails_beside_the_grader_is_told(
    make_exercise: MakeExercise,
) -> None:
    """A mistake of given.py is told of given.py."""
    exercise = make_exercise(_CASE, given="raise KeyError('x')\n")
    with pytest.raises(GraderError, match=r"01_answer/given.py does not load: KeyErr"):
        load_grader(exercise.question)

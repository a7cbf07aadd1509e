"""A grading, from the bytes of a file to its report, through real workers."""

from __future__ import annotations

import hashlib
import os
import platform
import textwrap
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

import perfkata
from perfkata.catalog import Bar, Growth, Level, Measure, NotAllowed
from perfkata.judge.grade import (
    MAX_SEED,
    MAX_SHOWN_LINES,
    Listener,
    Options,
    grade,
)
from perfkata.judge.report import (
    LevelReport,
    LevelVerdict,
    MeasureReport,
    MeasureVerdict,
    Report,
    SubmissionVerdict,
)
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.submission import Submission
from tests.judge.conftest import LIMITS, Exercise, MakeExercise, only_failure

_GRADER = '''\
@level(1)
def small(solution):
    """A small number."""
    assert solution.answer(1) == 2


@generated(2, count=20)
def drawn(draw):
    """Any number."""
    number = draw.integer(0, 1_000_000)
    return [call("answer", number).gives(number + 1)]


@level(3)
def text(solution):
    """A text is refused."""
    with solution.raises(TypeError):
        solution.answer("a")


@measure("cost")
def cost(size, source):
    """A large number costs as much as a small one."""
    return call("answer", size).gives(size + 1)
'''
_LEVELS = tuple(
    Level(number=number, title=f"Level {number}", points=points)
    for number, points in ((1, 20), (2, 30), (3, 40))
)
_MEASURES = (
    Measure(
        name="cost",
        title="Cost",
        points=10,
        growth=Growth.FLAT,
        sizes=(1, 2),
        bars=(Bar(rung="1_plain", at_most=1.5, points=10, source="A guess."),),
    ),
)
_LEVELS_ALONE = Options(seed=1, measures=False)
_NOT_ALLOWED = (
    NotAllowed(name="pickle", because="Pickling is another exercise."),
    NotAllowed(name="functools.lru_cache", because="You are writing it."),
)
_RIGHT = "def answer(number):\n    return number + 1\n"
_RIGHT_BYTES = _RIGHT.encode()
_WRONG_AT_2 = "def answer(number):\n    return 2 if number == 1 else number + 0\n"
# Sends the length of a message that no answer has, on every socket that there is.
_FORGES = """\
import os

def answer(number):
    for handle in range(3, 64):
        try:
            os.write(handle, b"\\xff" * 64)
        except OSError:
            pass
    return number + 1
"""


@pytest.fixture
def exercise(make_exercise: MakeExercise) -> Exercise:
    """A question of three levels and a measure."""
    return make_exercise(
        _GRADER, levels=_LEVELS, measures=_MEASURES, not_allowed=_NOT_ALLOWED
    )


def _verdicts(report: Report) -> list[LevelVerdict]:
    return [level.verdict for level in report.levels]


def test_a_right_answer_earns_all_points_that_are_decided(exercise: Exercise) -> None:
    """Levels earn, measures stay open, and the report says what it was made of."""
    report = exercise.grade(_RIGHT)
    assert report.verdict is SubmissionVerdict.GRADED
    assert _verdicts(report) == [LevelVerdict.PASSED] * 3
    assert [level.title for level in report.levels] == ["Level 1", "Level 2", "Level 3"]
    assert [level.num_cases for level in report.levels] == [1, 20, 1]
    assert (report.earned, report.points, report.open_points) == (90, 90, 10)
    assert report.measures == (
        MeasureReport(
            name="cost",
            title="Cost",
            points=10,
            verdict=MeasureVerdict.NOT_MEASURED,
            open_points=10,
            message="only levels were asked for",
        ),
    )
    assert report.is_passed
    assert (report.message, report.traceback) == (None, None)
    assert (report.question, report.file, report.seed) == (
        "01_answer",
        "solution.py",
        1,
    )
    assert report.source_sha256 == hashlib.sha256(_RIGHT.encode()).hexdigest()
    assert report.perfkata_version == perfkata.__version__
    assert report.python_version == platform.python_version()
    assert report.isolation in {layer.value for layer in Layer}
    assert 0 < report.load_seconds < report.seconds


def test_grading_goes_on_past_a_level_that_failed(exercise: Exercise) -> None:
    """A failed level earns nothing and the next ones are graded all the same."""
    report = exercise.grade(_WRONG_AT_2)
    assert _verdicts(report) == [
        LevelVerdict.PASSED,
        LevelVerdict.WRONG_ANSWER,
        LevelVerdict.PASSED,
    ]
    assert [level.earned for level in report.levels] == [20, 0, 40]
    assert (report.earned, report.points) == (60, 90)
    assert not report.is_passed


def test_only_the_chosen_levels_are_graded(exercise: Exercise) -> None:
    """Levels that were not asked for are not run, and their points do not count."""
    report = exercise.grade(_WRONG_AT_2, levels=frozenset({3, 1}))
    assert [level.number for level in report.levels] == [1, 3]
    assert (report.earned, report.points) == (60, 60)
    assert report.is_passed


@pytest.mark.parametrize("levels", [frozenset({9}), frozenset()])
def test_nothing_graded_is_nothing_passed(
    exercise: Exercise, levels: frozenset[int]
) -> None:
    """A choice of no level of the question earns nothing and does not pass."""
    report = exercise.grade(_RIGHT, levels=levels)
    assert (report.levels, report.earned, report.points) == ((), 0, 0)
    assert not report.is_passed


def test_each_level_is_told_as_soon_as_it_is_decided(exercise: Exercise) -> None:
    """The listener hears of each level, in order, as the report has it."""
    heard: list[LevelReport] = []
    report = exercise.grade(_WRONG_AT_2, heard.append)
    assert tuple(heard) == report.levels


def test_a_seed_draws_the_same_inputs_again(exercise: Exercise) -> None:
    """The same seed gives the same inputs to the letter, and another seed others."""

    def asked(seed: int) -> list[object]:
        heard: list[object] = []
        exercise.grade(_RIGHT, seed=seed, observe=heard.append)
        return heard

    first = asked(5)
    assert asked(5) == first
    assert asked(6) != first


def test_a_seed_is_drawn_where_none_is_given(exercise: Exercise) -> None:
    """Two gradings without a seed differ, and each report has its own."""
    reports = [exercise.grade(_WRONG_AT_2, seed=None) for _ in range(2)]
    first, second = (report.seed for report in reports)
    assert first != second
    assert 0 <= first <= MAX_SEED and 0 <= second <= MAX_SEED
    again = exercise.grade(_WRONG_AT_2, seed=first)
    assert again.levels[1].failure == reports[0].levels[1].failure


_UNLOADED = {
    "syntax": ("def answer(", "it raised SyntaxError while it was loading", "answer("),
    "exception": (
        "1 / 0",
        "it raised ZeroDivisionError while it was loading",
        "line 1",
    ),
    "exit": ("import sys; sys.exit(0)", "it raised SystemExit while", "line 1"),
    "end": (
        "import os; os._exit(0)",
        "it ended its process while it was loading",
        None,
    ),
    "loop": (
        "while True: pass",
        "it did not load in time: it took more than 0.3 s",
        None,
    ),
    "missing": ("x = 1", "it defines no answer", None),
    "misspelled": (
        "def anwser(x): ...",
        "it defines anwser, but the question asks for answer",
        None,
    ),
    "no parameter": (
        "def answer(): ...",
        "it defines answer(), the question calls answer(number)",
        None,
    ),
    "another": ("answer = 5", "its answer is of type int and cannot be called", None),
    "not text": ("\udcff", "it raised SyntaxError while it was loading", None),
}


@pytest.mark.parametrize(
    ("source", "message", "traced"), _UNLOADED.values(), ids=_UNLOADED
)
def test_an_answer_that_does_not_load_is_told_why(
    exercise: Exercise, source: str, message: str, traced: str | None
) -> None:
    """Nothing is graded, and the message and the submission's own traceback say why."""
    limits = replace(LIMITS, load_s=0.3)
    data = source.encode(errors="surrogateescape")
    options = replace(_LEVELS_ALONE, limits=limits)
    report = grade(exercise.question, Submission(Path("a.py"), data), options)
    assert report.verdict is SubmissionVerdict.DID_NOT_LOAD
    assert (report.message or "").startswith(message)
    assert (report.levels, report.earned, report.points) == ((), 0, 90)
    assert report.isolation != "none"
    if traced is not None:
        assert traced in (report.traceback or "")


@pytest.mark.parametrize(
    "source",
    [
        "def answer(number, step=1): return number + step",
        "def answer(*numbers): return numbers[0] + 1",
        "answer = lambda number: number + 1",
        "class answer(int):\n    def __new__(cls, x): return x + 1",
        "import functools\nanswer = functools.partial(lambda a, b: a + b, 1)",
        "class A:\n    def f(self, x): return x + 1\nanswer = A().f",
    ],
    ids=["default", "star", "lambda", "class", "partial", "method"],
)
def test_whatever_can_be_called_as_the_question_calls_it_is_graded(
    exercise: Exercise, source: str
) -> None:
    """The kind of callable is the learner's choice."""
    assert exercise.grade(source).is_passed


def test_what_the_exercise_does_not_allow_is_told_with_its_reason(
    exercise: Exercise,
) -> None:
    """Each rule that is broken is told once, with its line, and nothing is graded."""
    source = "import functools\nimport pickle\n\n@functools.lru_cache\n" + _RIGHT
    report = exercise.grade(source)
    assert report.verdict is SubmissionVerdict.NOT_ALLOWED
    assert report.message == (
        "Line 2 uses pickle. Pickling is another exercise."
        " Line 4 uses functools.lru_cache. You are writing it."
    )
    assert (report.levels, report.earned) == ((), 0)


def test_who_breaks_the_protocol_earns_nothing(exercise: Exercise) -> None:
    """What no answer sends ends the grading, and what was earned before is void."""
    source = _FORGES.replace("for handle", "if number == 1: return 2\n    for handle")
    report = exercise.grade(source)
    assert report.verdict is SubmissionVerdict.BROKE_PROTOCOL
    assert _verdicts(report) == [LevelVerdict.PASSED, LevelVerdict.BROKE_PROTOCOL]
    assert (report.earned, report.is_passed) == (0, False)
    assert report.message == "it sent what no answer sends; nothing it answered counts"


_FAULTS = {
    "grader": ("interviewer/grader.py", "1 / 0", "grader.py does not load: ZeroDivisi"),
    "starter": ("starter.py", "", "starter.py defines no public function or class"),
    "case": (
        "interviewer/grader.py",
        _GRADER.replace('"a"', "{}[0]"),
        "the case text failed itself: KeyError",
    ),
}


@pytest.mark.parametrize(("name", "text", "message"), _FAULTS.values(), ids=_FAULTS)
def test_what_is_wrong_on_our_side_is_our_fault(
    exercise: Exercise, name: str, text: str, message: str
) -> None:
    """A broken question is reported, earns nothing and blames nobody else."""
    path = exercise.question.folder / name
    language = "from perfkata.judge.grading import call, generated, level, measure\n"
    path.write_text(language + text if "grader" in name else text, "utf-8")
    report = exercise.grade(_RIGHT)
    assert report.verdict is SubmissionVerdict.OUR_FAULT
    assert message in (report.message or "")
    assert (report.earned, report.is_passed) == (0, False)


def test_a_layer_that_does_not_work_here_is_our_fault(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker is no verdict on the submission, and the next step is named."""
    monkeypatch.setenv("PERFKATA_ISOLATION", "unknown")
    report = exercise.grade(_RIGHT)
    assert report.verdict is SubmissionVerdict.OUR_FAULT
    assert "PERFKATA_ISOLATION is 'unknown'" in (report.message or "")
    assert (report.isolation, report.levels) == ("none", ())


def test_a_long_reproduction_goes_into_a_file(
    make_exercise: MakeExercise, tmp_path: Path
) -> None:
    """It stays whole in the report, and fails from the file; once right, that goes."""
    grader = """
    @level(1)
    def long(solution):
        \"\"\"Many numbers.\"\"\"
        assert solution.answer(list(range(1_000))) == list(range(1_000))
    """
    exercise = make_exercise(grader)
    source = "def answer(numbers):\n    return numbers[1:]\n"
    whole = only_failure(exercise.grade(source))
    assert whole.reproduction is not None
    assert whole.reproduction_file is None
    failure = only_failure(
        exercise.grade(source, failures_folder=tmp_path, failures_prefix="mine_")
    )
    path = tmp_path / "mine_failure_1.py"
    assert failure.reproduction_file == str(path)
    head, _, rest = path.read_text("utf-8").partition("\n")
    assert head == "# Shows the failure that perfkata found in level 1."
    assert rest == failure.reproduction == whole.reproduction
    assert len(whole.reproduction.splitlines()) > MAX_SHOWN_LINES
    done = exercise.run(whole.reproduction, source)
    assert "AssertionError" in done.stderr
    own = tmp_path / "mine_failure_2.py"
    own.write_text("the learner's own")
    right = exercise.grade(
        "def answer(numbers):\n    return numbers\n",
        failures_folder=tmp_path,
        failures_prefix="mine_",
    )
    assert right.is_passed
    assert not path.exists() and own.exists()


def test_a_file_keeps_its_name_in_what_is_shown_of_it(exercise: Exercise) -> None:
    """Tracebacks and reproductions name the graded file, if it can be imported."""
    question = exercise.question
    source = b"def answer(number):\n    raise KeyError(number)\n"
    for name, imported in (
        ("mine.py", "from mine import answer"),
        ("my answer.py", "answer = importlib.import_module('my answer').answer"),
        ("class.py", "answer = importlib.import_module('class').answer"),
        ("a.b.py", "from solution import answer"),
    ):
        report = grade(question, Submission(Path(name), source), _LEVELS_ALONE)
        failure = report.levels[0].failure
        assert failure is not None
        assert f'File "{name}", line 2' in (failure.traceback or "")
        assert imported in (failure.reproduction or "")


@pytest.mark.parametrize(
    ("source", "is_loaded"),
    [
        (b"# caf\xe9\n" + _RIGHT_BYTES, False),
        (b"# coding: latin-1\n# caf\xe9\n" + _RIGHT_BYTES, True),
        (b"\xef\xbb\xbf" + _RIGHT_BYTES, True),
        (b"\xff\xfe" + _RIGHT_BYTES, False),
    ],
)
def test_a_file_is_utf_8_or_says_what_it_is(
    exercise: Exercise, source: bytes, is_loaded: bool
) -> None:
    """As for a file that Python runs: UTF-8, unless a line names the encoding."""
    submission = Submission(Path("solution.py"), source)
    report = grade(exercise.question, submission, _LEVELS_ALONE)
    is_refused = report.verdict is SubmissionVerdict.DID_NOT_LOAD
    assert is_refused is not is_loaded
    assert is_loaded or "not UTF-8: byte 0x" in (report.traceback or "")


def test_a_short_reproduction_stays_in_the_report(
    exercise: Exercise, tmp_path: Path
) -> None:
    """No file is written for what fits the report."""
    report = exercise.grade(_WRONG_AT_2, failures_folder=tmp_path)
    failure = report.levels[1].failure
    assert failure is not None and failure.reproduction_file is None
    assert not list(tmp_path.glob("*failure*"))


def test_a_folder_that_cannot_be_written_costs_nothing(
    make_exercise: MakeExercise, tmp_path: Path
) -> None:
    """Where the file cannot be written the report has all of it."""
    grader = """
    @level(1)
    def long(solution):
        \"\"\"Many numbers.\"\"\"
        assert solution.answer(list(range(1_000))) == 0
    """
    exercise = make_exercise(grader)
    nowhere = tmp_path / "none"
    report = exercise.grade("def answer(x): return 1", failures_folder=nowhere)
    failure = only_failure(report)
    assert failure.reproduction_file is None
    assert len((failure.reproduction or "").splitlines()) > 30


_HALVES = {
    "text": "def answer(number): raise ValueError('\\udc80')",
    "type": "def answer(number): return type('\\udc80', (), {})()",
    "value": "def answer(number): return '\\udc80'",
    "exception": "def answer(number): raise type('\\udc80', (Exception,), {})",
    "printed": "def answer(number): print('\\udc80')",
    "loading": "raise ValueError('\\udc80')",
    "name": "globals()['answe\\udc80'] = 1",
}


@pytest.mark.parametrize("source", _HALVES.values(), ids=_HALVES)
def test_whatever_a_submission_says_fits_json(exercise: Exercise, source: str) -> None:
    """Halves of characters in names and texts are spelled, and the report is JSON."""
    report = exercise.grade(source)
    assert not report.is_passed
    decoded = msgspec.json.decode(msgspec.json.encode(report), type=Report)
    assert decoded == report


def test_a_file_of_any_name_is_graded(exercise: Exercise) -> None:
    """A name that is no text is spelled in the report."""
    submission = Submission(Path("a\udcff.py"), _RIGHT.encode())
    report = grade(exercise.question, submission, _LEVELS_ALONE)
    assert report.file == "a\\udcff.py"
    assert msgspec.json.encode(report)


def test_a_level_has_its_own_limits(make_exercise: MakeExercise) -> None:
    """Memory and CPU time are those of the level where it names them."""
    body = 'def {0}(solution):\n    """One."""\n    assert solution.answer(1) == 1\n'
    grader = "".join(
        f"@level({number})\n{body.format(name)}\n\n"
        for number, name in ((1, "first"), (2, "second"), (3, "third"))
    )
    levels = (
        Level(number=1, title="One", points=1),
        Level(number=2, title="Two", points=1, memory_limit_mib=50),
        Level(number=3, title="Three", points=1),
    )
    source = """
    def answer(number):
        bytearray(100 * 2**20)
        return number
    """
    exercise = make_exercise(textwrap.dedent(grader), levels=levels)
    report = exercise.grade(source)
    assert _verdicts(report) == [
        LevelVerdict.PASSED,
        LevelVerdict.TOO_MUCH_MEMORY,
        LevelVerdict.PASSED,
    ]
    failure = report.levels[1].failure
    assert failure is not None
    assert failure.message == "it asked for more than 50 MiB"
    assert f"{50 * 2**20}, most" in (failure.reproduction or "")


_SQUARES = '''
@level(1)
def three(solution):
    """Zero, one and four."""
    assert solution.answer(3) == 5


@level(2)
def drawn(solution):
    """More of them."""
    assert solution.answer(100) == 328_350


@measure("first")
def first(size, source):
    """A number costs what it costs."""
    n = 50 * size + source.randint(0, 99)
    return call("answer", n).gives((n - 1) * n * (2 * n - 1) // 6)


@measure("second")
def second(size, source):
    """And once more."""
    n = 50 * size + source.randint(0, 99)
    return call("answer", n).gives((n - 1) * n * (2 * n - 1) // 6)
'''
_SUM = "def answer(n):\n    return sum(k * k for k in range(n))\n"
_WRONG_WHEN_MEASURED = """
def answer(n):
    return sum(k * k for k in range(min(n, 1_000)))
"""


@pytest.fixture
def squares(make_exercise: MakeExercise) -> Exercise:
    """A question of two levels and two measures, each of one small size."""
    bars = (Bar(rung="1_plain", at_most=1.5, points=20, source="A guess."),)
    return make_exercise(
        _SQUARES,
        levels=tuple(
            Level(number=number, title=f"Level {number}", points=30)
            for number in (1, 2)
        ),
        measures=tuple(
            Measure(
                name=name,
                title=name,
                points=20,
                growth=Growth.LINEAR,
                sizes=(300,),
                bars=bars,
            )
            for name in ("first", "second")
        ),
        others={"interviewer/rungs/1_plain.py": _SUM},
    )


def _measured(exercise: Exercise, source: str, **options: Any) -> Report:
    """Grade an answer with its measures, and check what must add up."""
    submission = Submission(Path("solution.py"), source.encode())
    limits = Limits(cpu_s=1.0, patience=500)
    chosen = replace(Options(seed=1, limits=limits), **options)
    report = grade(exercise.question, submission, chosen)
    decided = sum(measure.points - measure.open_points for measure in report.measures)
    levels = sum(level.points for level in report.levels)
    if report.verdict is SubmissionVerdict.GRADED:
        earned = sum(level.earned for level in report.levels)
        earned += sum(measure.earned for measure in report.measures)
        assert report.earned == earned
        assert report.points == levels + decided
    assert report.open_points == sum(each.open_points for each in report.measures)
    return report


def test_a_right_answer_is_measured(squares: Exercise) -> None:
    """After its levels every measure is taken and told, in order, with its points."""
    heard: list[object] = []
    said: list[str] = []
    listener = Listener(heard.append, heard.append, said.append)
    submission = Submission(Path("solution.py"), _SUM.encode())
    options = Options(seed=1, limits=Limits(patience=500))
    report = grade(squares.question, submission, options, listener)
    assert heard == [*report.levels, *report.measures]
    assert [measure.name for measure in report.measures] == ["first", "second"]
    assert all(measure.standings for measure in report.measures)
    earned = sum(measure.earned for measure in report.measures)
    open_points = sum(measure.open_points for measure in report.measures)
    assert (report.earned, report.open_points) == (60 + earned, open_points)
    assert report.points + report.open_points == 100
    assert {text.partition(":")[0] for text in said} >= {
        "measuring first",
        "measuring second",
    }
    assert report.is_passed


def test_an_answer_is_wrong_in_a_measure_too(squares: Exercise) -> None:
    """Who passes the levels and is wrong where it is measured loses the measure."""
    report = _measured(squares, _WRONG_WHEN_MEASURED)
    assert [level.verdict for level in report.levels] == [LevelVerdict.PASSED] * 2
    for measure in report.measures:
        assert measure.verdict is MeasureVerdict.FAILED
        assert (measure.message or "").startswith("wrong answer: ")
    assert (report.earned, report.points, report.open_points) == (60, 100, 0)


_MEASURED_OR_NOT: dict[str, tuple[str, str | None]] = {
    "too slow": ("while n == 100: pass", None),
    "too much memory": ("if n == 100: bytes(2**33)", None),
    "wrong answer": ("if n == 100: return 0", "level 2 comes first: wrong answer"),
    "raised": ("if n == 100: n.x", "level 2 comes first: raised"),
    "crashed": ("if n == 3: __import__('os')._exit(0)", "level 1 comes first: crashed"),
    "both": ("if n in (3, 100): return 0", "level 1 comes first: wrong answer"),
}


@pytest.mark.parametrize(
    ("line", "reason"), _MEASURED_OR_NOT.values(), ids=_MEASURED_OR_NOT
)
def test_what_is_right_as_far_as_it_got_is_measured(
    squares: Exercise, line: str, reason: str | None
) -> None:
    """Who was only stopped is measured; who was wrong keeps the points open."""
    source = _WRONG_WHEN_MEASURED.replace("    return", f"    {line}\n    return")
    report = _measured(squares, source)
    assert not report.is_passed
    for measure in report.measures:
        if reason is None:
            assert measure.verdict is MeasureVerdict.FAILED
            assert measure.open_points == 0
        else:
            assert measure.verdict is MeasureVerdict.NOT_MEASURED
            assert (measure.message, measure.open_points) == (reason, 20)


@pytest.mark.parametrize(
    ("options", "points"),
    [
        ({"measures": False}, 60),
        ({"levels": frozenset({1})}, 30),
        ({"levels": frozenset({1, 2})}, 60),
    ],
)
def test_nothing_is_measured_where_levels_were_asked_for(
    squares: Exercise, options: dict[str, Any], points: int
) -> None:
    """All points of measures stay open, and the report says why."""
    report = _measured(squares, _SUM, **options)
    assert (report.earned, report.points, report.open_points) == (points, points, 40)
    assert [(each.verdict, each.message) for each in report.measures] == [
        (MeasureVerdict.NOT_MEASURED, "only levels were asked for")
    ] * 2
    assert report.is_passed


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("1 / 0", SubmissionVerdict.DID_NOT_LOAD),
        ("import pickle\n" + _SUM, SubmissionVerdict.NOT_ALLOWED),
        (
            _FORGES.replace("number + 1", "5").replace("(number)", "(n)"),
            SubmissionVerdict.BROKE_PROTOCOL,
        ),
    ],
)
def test_what_is_not_graded_is_not_measured(
    squares: Exercise, source: str, verdict: SubmissionVerdict
) -> None:
    """Where there is nothing to measure, the points of measures stay open."""
    exercise = Exercise(
        msgspec.structs.replace(squares.question, not_allowed=_NOT_ALLOWED)
    )
    report = _measured(exercise, source)
    assert report.verdict is verdict
    assert [each.verdict for each in report.measures] == [
        MeasureVerdict.NOT_MEASURED
    ] * 2
    assert (report.earned, report.open_points) == (0, 40)


def test_a_rung_that_fails_is_our_fault(squares: Exercise) -> None:
    """What is wrong with the ladder is told, and nothing of it counts."""
    squares.question.rungs()[0].write_text("def answer(n):\n    return 5\n")
    report = _measured(squares, _SUM)
    assert report.verdict is SubmissionVerdict.OUR_FAULT
    assert "the rung 1_plain fails in the measure first" in (report.message or "")
    assert report.earned == 0


def test_what_loads_once_is_measured_no_more(squares: Exercise) -> None:
    """A submission that the measures cannot load any more fails them."""
    source = (
        "import os\nif len(os.sched_getaffinity(0)) == 1: raise OSError('pinned')\n"
    )
    if len(os.sched_getaffinity(0)) == 1:
        pytest.skip("with one CPU, whoever is measured cannot tell that it is")
    report = _measured(squares, source + _SUM)
    for measure in report.measures:
        assert measure.verdict is MeasureVerdict.FAILED
        assert measure.message == ("crashed: it raised OSError while it was loading")


def test_an_interrupt_leaves_nothing(squares: Exercise) -> None:
    """Ctrl-C in a callback of a measure ends every process that was measured."""

    def interrupt(text: str) -> None:
        if "pair" in text:
            raise KeyboardInterrupt

    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    before = children.read_text()
    submission = Submission(Path("solution.py"), _SUM.encode())
    with pytest.raises(KeyboardInterrupt):
        grade(
            squares.question,
            submission,
            Options(seed=1),
            Listener(on_progress=interrupt),
        )
    assert children.read_text() == before
    # The turn was given back: the next one does not wait for it.
    report = _measured(squares, _WRONG_WHEN_MEASURED)
    assert report.measures[0].verdict is MeasureVerdict.FAILED

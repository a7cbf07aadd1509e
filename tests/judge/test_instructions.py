"""Counts of instructions: they repeat, follow the work, and name who fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkata.catalog import Bar, Catalog, Growth, Measure, Question
from perfkata.judge.errors import GraderError, SandboxError
from perfkata.judge.instructions import Counting, CountReport, MeasureCounts
from perfkata.judge.sandbox import Layer, fixed_layout
from perfkata.judge.submission import Submission
from perfkata.judge.valgrind import Valgrind
from tests.conftest import Needs
from tests.judge.conftest import MakeExercise
from tests.judge.layers import need_layer

_TRACK = Path(__file__).parent.parent / "fake_track"
_MEASURE = "cost_per_number"
_SIZE = 1_000
_ONCE = "def double(numbers):\n    return [2 * number for number in numbers]\n"
_TWICE = _ONCE.replace("return", "[2 * number for number in numbers]; return")
_SLOW_TO_LOAD = f"TABLE = [k * k for k in range(20_000)]\n{_ONCE}"
_WRONG = "def double(numbers):\n    return [0 for number in numbers]\n"
_BROKEN = "raise LookupError\n"
# What it becomes is no longer counted, so nothing tells a total.
_BECOMES_ANOTHER = f"""\
import os, sys
os._exit = lambda code: os.execv(sys.executable, [sys.executable, "-c", ""])
{_ONCE}"""
_NO_ANSWER = Submission(Path("answer.py"), b"")

pytestmark = pytest.mark.needs("valgrind", install="apt-get install valgrind")


def _counted(question: Question, *sources: bytes, seed: int = 0) -> CountReport:
    files = [
        Submission(Path(f"answer_{number}.py"), source)
        for number, source in enumerate(sources)
    ]
    sizes = {measure.name: _SIZE for measure in question.measures}
    return Counting(question, files, Valgrind.find(), sizes, seed).run()


@pytest.fixture(scope="module")
def question() -> Question:
    """A question with three rungs and one measure."""
    return Catalog(_TRACK).question("01")


@pytest.fixture(scope="module")
def model(question: Question) -> bytes:
    """The model answer."""
    *_, rung = question.rungs()
    return rung.read_bytes()


@pytest.fixture(scope="module")
def report(question: Question, model: bytes) -> CountReport:
    """What seven answers cost, counted one after the other."""
    sources = (_ONCE, _TWICE, _SLOW_TO_LOAD, _WRONG, _BROKEN, _BECOMES_ANOTHER)
    return _counted(question, model, *(source.encode() for source in sources))


@pytest.fixture(scope="module")
def counts(report: CountReport) -> MeasureCounts:
    """The counts of the only measure."""
    (measure,) = report.measures
    return measure


def _instructions(counts: MeasureCounts, number: int) -> int:
    found = counts.submissions[number].instructions
    assert found is not None
    return found


@pytest.fixture
def fixed_addresses(needs: Needs) -> None:
    """Skips where the system places processes at other addresses each time."""
    with fixed_layout() as is_fixed:
        needs(
            "fixed addresses",
            install="perfkata doctor --noise",
            is_present=is_fixed,
        )


@pytest.mark.usefixtures("fixed_addresses")
def test_counts_repeat_to_the_instruction(
    question: Question, model: bytes, counts: MeasureCounts
) -> None:
    """Fresh processes of the echo, the rungs and a submission count the same again."""
    (again,) = _counted(question, model).measures
    assert again.rungs == counts.rungs
    assert again.submissions == counts.submissions[:1]


@pytest.mark.usefixtures("fixed_addresses")
def test_the_same_source_counts_the_same(counts: MeasureCounts) -> None:
    """The model answer as a submission costs what the rung costs, whatever its name."""
    *_, rung = counts.rungs
    assert counts.submissions[0].instructions == rung.instructions
    assert counts.submissions[0].ratio == rung.ratio == 1


def test_twice_the_work_counts_about_twice(counts: MeasureCounts) -> None:
    """Who does everything twice, and digests it once, has nearly twice the count."""
    once, twice = _instructions(counts, 1), _instructions(counts, 2)
    assert 1.5 < twice / once < 2.1


def test_loading_is_not_counted(counts: MeasureCounts) -> None:
    """What is done while an answer loads, once for all inputs, is not of the run."""
    once, slow_to_load = _instructions(counts, 1), _instructions(counts, 3)
    assert abs(slow_to_load - once) < once / 10


def test_counts_are_told_per_unit_and_beside_the_model_answer(
    counts: MeasureCounts,
) -> None:
    """Figures of one row agree with each other, and the rungs are all there."""
    *_, model = counts.rungs
    assert model.instructions is not None
    for count in (*counts.rungs, *counts.submissions[:4]):
        assert count.instructions is not None
        assert count.per_unit == count.instructions / _SIZE
        assert count.ratio == count.instructions / model.instructions
    names = [count.name for count in counts.rungs]
    assert names == ["1_copy_first", "2_comprehension", "3_map"]


def test_who_gives_no_right_answer_is_named(
    report: CountReport, counts: MeasureCounts
) -> None:
    """An answer that is wrong, does not load or does not end well has a reason."""
    failed = counts.submissions[4:]
    assert [count.instructions for count in failed] == [None] * 3
    wrong, broken, dead = [str(count.message) for count in failed]
    assert wrong.startswith("wrong answer: ")
    assert broken == "it raised LookupError while it was loading"
    assert dead == "crashed: its process did not end as a program ends"
    assert not report.is_complete


def test_the_seed_draws_the_inputs(question: Question, counts: MeasureCounts) -> None:
    """Another seed gives other numbers, whose count is near and not the same."""
    (other,) = _counted(question, _ONCE.encode(), seed=5).measures
    once, found = _instructions(counts, 1), _instructions(other, 0)
    assert found != once
    assert abs(found - once) < once / 5


_GRADER = '''
@level(1)
def any_case(solution):
    """Something."""
    assert solution.answer(0) == 0

@measure("first")
def first_run(size, source):
    """Something that costs."""
    return call("answer", size).gives(sum(range(size)))

@measure("second")
def second_run(size, source):
    """Something else that costs."""
    return call("answer", 3 * size).gives(sum(range(3 * size)))
'''
_RUNG = "def answer(number):\n    return sum(k for k in range(number))\n"


def _measure(name: str) -> Measure:
    bar = Bar(rung="1_plain", at_most=1.5, points=0, source="made up")
    return Measure(
        name=name,
        title=name,
        points=0,
        growth=Growth.LINEAR,
        sizes=(_SIZE,),
        bars=(bar,),
    )


def test_every_measure_is_counted(make_exercise: MakeExercise) -> None:
    """Runs of several measures do not add up: each is counted from where it began."""
    exercise = make_exercise(
        _GRADER,
        others={"interviewer/rungs/1_plain.py": _RUNG},
        measures=(_measure("first"), _measure("second")),
    )
    found = _counted(exercise.question, _RUNG.encode())
    first, second = found.measures
    assert (first.name, second.name) == ("first", "second")
    for plain, longer in zip(first.rungs, second.rungs, strict=True):
        assert plain.instructions is not None
        assert longer.instructions is not None
        assert 2 < longer.instructions / plain.instructions < 4


def test_what_the_echo_costs_is_taken_off(make_exercise: MakeExercise) -> None:
    """Taking numbers in and sending them back counts as no more than to let them go."""
    exercise = make_exercise(
        _GRADER.replace("gives(sum(range(size)))", "gives(list(range(size)))")
        .replace('call("answer", size)', 'call("answer", list(range(size)))')
        .replace('@measure("second")\n', ""),
        others={"interviewer/rungs/1_plain.py": "answer = lambda numbers: numbers\n"},
        measures=(_measure("first"),),
    )
    (handed_back,) = _counted(exercise.question, b"answer = list").measures
    (rung,) = handed_back.rungs
    assert rung.instructions is not None
    assert abs(rung.instructions) < 100 * _SIZE


def test_a_rung_that_fails_is_our_fault(make_exercise: MakeExercise) -> None:
    """A rung that is not right ends the counting, and is named."""
    exercise = make_exercise(
        _GRADER,
        others={"interviewer/rungs/1_plain.py": _RUNG.replace("sum(k", "max(k")},
        measures=(_measure("first"), _measure("second")),
    )
    with pytest.raises(GraderError, match="1_plain gives no right answer"):
        _counted(exercise.question, _RUNG.encode())


def test_an_input_that_cannot_be_drawn_is_our_fault(
    make_exercise: MakeExercise,
) -> None:
    """A measure's function that raises is named, before anything is counted."""
    exercise = make_exercise(
        _GRADER.replace('call("answer", size)', 'call("answer", 1 // 0)'),
        others={"interviewer/rungs/1_plain.py": _RUNG},
        measures=(_measure("first"), _measure("second")),
    )
    with pytest.raises(GraderError, match="first cannot be drawn at size 1,000"):
        _counted(exercise.question, _RUNG.encode())


@pytest.mark.parametrize(
    ("layer", "advice"),
    [(Layer.NAMESPACES, "PERFKATA_ISOLATION=limits"), (Layer.LIMITS, "doctor")],
)
def test_a_layer_in_which_valgrind_does_not_start_is_named(
    question: Question, tmp_path: Path, needs: Needs, layer: Layer, advice: str
) -> None:
    """The error says which layer, what the system answered, and what can be done."""
    need_layer(needs, layer)
    for machine in ("amd64", "arm64"):
        tool = tmp_path / f"cachegrind-{machine}-linux"
        tool.write_text("no program")
        tool.chmod(0o755)
    valgrind = Valgrind(tmp_path / "valgrind", tmp_path)
    counting = Counting(question, [_NO_ANSWER], valgrind, {_MEASURE: 1}, layer=layer)
    with pytest.raises(SandboxError) as caught:
        counting.run()
    assert f"the layer {layer.value}" in caught.value.message
    assert "-linux does not start: " in caught.value.message
    assert advice in caught.value.hint

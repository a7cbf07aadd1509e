"""Grades every attack on a measure in every layer that contains it, as a person would.

The question is one whose plain answer costs some forty times as much as the model
answer. An attack answers in the plain way, or in the quick one if its trick works, so
that it earns a point of the measure only by cheating. Controls show that the quick way
alone earns all points and the plain way none; honest answers show that hardening harms
nobody.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkata.catalog import Question
from perfkata.catalog.question import read_question
from perfkata.judge import measures
from perfkata.judge.grade import Listener, Options, grade
from perfkata.judge.report import LevelVerdict, MeasureVerdict
from perfkata.judge.sandbox import Layer
from perfkata.judge.submission import Submission
from tests.conftest import Needs
from tests.hostile.gradings import (
    LIMITS,
    assert_safe_to_show,
    graded,
    marks_of,
    named,
    require,
)
from tests.hostile.headers import (
    MEASURED,
    NOT_CONTAINED,
    Header,
    HeaderError,
    attacks,
    attacks_on_conversations,
    attacks_on_levels,
    attacks_on_measures,
    honest_answers,
    read_header,
)
from tests.judge.layers import (
    CONTAINING,
    EVERY_LAYER,
    fresh_seed,
    need_layer,
    processes_of,
)

_QUESTION = Path(__file__).parent / "question" / "02_favourite"
_HONEST = MEASURED / "honest"
_MIN_ATTACKS = 20
_POINTS_OF_LEVELS, _POINTS_OF_MEASURE = 60, 40
_PLAIN = """\
def favourite(numbers):
    best, most = None, 0
    for number in sorted(numbers):
        count = sum(other == number for other in numbers)
        if count > most:
            best, most = number, count
    return best
"""
# What is taken for a moment, and what a peak must show of it.
_TAKEN_BYTES = 48 * 2**20


@pytest.fixture(scope="module")
def question() -> Question:
    """The question that all of them answer."""
    return read_question(_QUESTION, file="question.toml")


@pytest.fixture(autouse=True)
def short_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is near the bar, so a quarter of a round tells as much."""
    monkeypatch.setattr(measures, "_MAX_ROUND_S", 0.25)


@pytest.mark.parametrize(("attack", "layer"), named(attacks_on_measures()))
def test_an_attack_on_a_measure_earns_nothing(
    attack: Header, layer: Layer, question: Question, scratch: Path, needs: Needs
) -> None:
    """What it declares becomes of it, no point of the measure is earned, none is left."""
    require(attack, layer, needs)
    grading = graded(question, attack.file, layer, scratch)
    (measure,) = grading.report.measures
    assert grading.verdict == attack.verdicts[layer], grading.shown
    assert measure.verdict.value in attack.measures[layer], grading.shown
    assert measure.earned == 0
    assert grading.report.earned <= _POINTS_OF_LEVELS
    assert_safe_to_show(grading)


@pytest.mark.parametrize("layer", CONTAINING)
def test_a_peak_of_memory_is_not_forgotten(
    layer: Layer, question: Question, scratch: Path, needs: Needs
) -> None:
    """What was taken for a moment is in the peak, whatever the kernel is told then."""
    (attack,) = (
        header
        for header in attacks_on_measures()
        if header.file.stem == "resets_the_peak"
    )
    require(attack, layer, needs)
    report = graded(question, attack.file, layer, scratch).report
    memory = report.measures[0].memory
    assert memory is not None
    assert memory.num_bytes > 0.9 * _TAKEN_BYTES
    assert memory.model_bytes < 0.1 * _TAKEN_BYTES


@pytest.mark.parametrize(("answer", "layer"), named(honest_answers(_HONEST)))
def test_an_honest_answer_earns_its_points(
    answer: Header, layer: Layer, question: Question, scratch: Path, needs: Needs
) -> None:
    """What hardening could harm earns all points in every layer, the quick way first."""
    require(answer, layer, needs)
    grading = graded(question, answer.file, layer, scratch)
    (measure,) = grading.report.measures
    assert measure.verdict is MeasureVerdict.RUNG_REACHED, grading.shown
    assert measure.earned == _POINTS_OF_MEASURE, grading.shown
    assert grading.report.earned == grading.report.points == 100


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_the_plain_way_earns_nothing(
    layer: Layer, question: Question, scratch: Path, tmp_path: Path, needs: Needs
) -> None:
    """A right answer that is slow keeps the points of the levels and gets no other."""
    need_layer(needs, layer)
    file = tmp_path / "plain.py"
    file.write_text(_PLAIN)
    report = graded(question, file, layer, scratch).report
    (measure,) = report.measures
    assert {level.verdict for level in report.levels} == {LevelVerdict.PASSED}
    assert measure.verdict is MeasureVerdict.BELOW_FIRST_BAR
    assert (report.earned, report.points) == (_POINTS_OF_LEVELS, 100)
    (model,) = measure.standings
    assert model.at_most is not None and model.low > model.at_most


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_leftovers_of_rounds_would_be_found(
    layer: Layer, question: Question, needs: Needs
) -> None:
    """While a round goes on, its processes are where the other tests look."""
    need_layer(needs, layer)
    seed = fresh_seed()
    _, *marks = marks_of(seed, question)
    seen: list[int] = []

    def look(text: str) -> None:
        seen.append(sum(len(processes_of(mark)) for mark in marks[:2]))

    answer = Submission.read(_HONEST / "right.py")
    options = Options(seed=seed, limits=LIMITS, layer=layer)
    grade(question, answer, options, Listener(on_progress=look))
    assert max(seen) >= 2


# What the files say of themselves.


def test_every_attack_on_a_measure_says_how_it_works() -> None:
    """There are many, with sentences and names that no other attack has."""
    headers = attacks_on_measures()
    assert len(headers) >= _MIN_ATTACKS
    every = attacks()
    assert len({header.sentence for header in every}) == len(every)
    assert len({header.file.stem for header in every}) == len(every)
    others = len(attacks_on_levels()) + len(attacks_on_conversations())
    assert len(every) == len(headers) + others
    for header in headers:
        contained = {layer for layer in Layer if header.verdicts[layer] is not None}
        assert set(header.measures) == contained


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("passed", "a comma"),
        ("passed, rung reached", "or more of"),
        ("passed, failed or rung reached", "or more of"),
        ("passed, not measured", "or more of"),
        ("won, failed", "no verdict 'won'"),
    ],
)
def test_a_header_that_lets_a_measure_be_earned_is_refused(
    verdict: str, said: str, tmp_path: Path
) -> None:
    """Behind the comma stands what earns nothing, and nothing else."""
    file = tmp_path / "attack.py"
    lines = [f"{layer.value}: {verdict}" for layer in Layer]
    file.write_text('"""Works.\n\n%s\n"""\n' % "\n".join(lines))
    with pytest.raises(HeaderError) as caught:
        read_header(file, is_measured=True)
    assert said in str(caught.value)


def test_a_header_says_all_that_may_become_of_a_measure(tmp_path: Path) -> None:
    """Several ways are told apart, and a layer that does not contain it has none."""
    file = tmp_path / "attack.py"
    lines = [
        "namespaces: passed, failed or below the first bar",
        "landlock: raised, undecided",
        f"limits: {NOT_CONTAINED}",
    ]
    file.write_text('"""Works.\n\n%s\n"""\n' % "\n".join(lines))
    header = read_header(file, is_measured=True)
    assert list(header.verdicts.values()) == ["passed", "raised", None]
    assert header.measures == {
        Layer.NAMESPACES: ("failed", "below the first bar"),
        Layer.LANDLOCK: ("undecided",),
    }


def test_no_attack_on_a_measure_is_collected_as_a_test() -> None:
    """No attack and no honest answer has a name that pytest would import."""
    headers = (*attacks_on_measures(), *honest_answers(_HONEST))
    names = [header.file.name for header in headers]
    assert not [name for name in names if name.startswith("test_")]
    assert not [name for name in names if name.endswith("_test.py")]

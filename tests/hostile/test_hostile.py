"""Grades every hostile submission in every layer that contains it, as a person would.

An attack must get the verdict that it declares, its report must be safe to show, and
nothing of it may be left. Controls show that the same question passes with a right
answer and fails with a wrong one; honest answers show that hardening harms nobody.

Nothing here runs an attack outside a sandbox, or in a layer that does not contain it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkata.catalog import Question
from perfkata.catalog.question import read_question
from perfkata.judge.grade import Options, grade
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Layer
from perfkata.judge.submission import Submission
from tests.conftest import Needs
from tests.hostile.gradings import assert_safe_to_show, graded, named, require
from tests.hostile.headers import (
    HONEST,
    NOT_CONTAINED,
    Header,
    HeaderError,
    attacks,
    attacks_on_levels,
    honest_answers,
    not_contained,
    read_header,
    verdict_of,
)
from tests.judge.layers import (
    EVERY_LAYER,
    fresh_seed,
    mark_of,
    need_layer,
    processes_of,
)

_HERE = Path(__file__).parent
_QUESTION = _HERE / "question" / "01_ledger"
_MIN_ATTACKS = 30


@pytest.fixture(scope="module")
def question() -> Question:
    """The question that all of them answer."""
    return read_question(_QUESTION, file="question.toml")


@pytest.mark.parametrize(("attack", "layer"), named(attacks_on_levels()))
def test_an_attack_gets_the_verdict_that_it_declares(
    attack: Header, layer: Layer, question: Question, scratch: Path, needs: Needs
) -> None:
    """The verdict is the declared one, the report can be shown, and nothing is left."""
    require(attack, layer, needs)
    grading = graded(question, attack.file, layer, scratch)
    assert grading.verdict == attack.verdicts[layer], grading.shown
    assert grading.report.isolation in (layer.value, "none")
    assert_safe_to_show(grading)


@pytest.mark.parametrize(("answer", "layer"), named(honest_answers()))
def test_an_honest_answer_passes(
    answer: Header, layer: Layer, question: Question, scratch: Path, needs: Needs
) -> None:
    """What hardening could harm passes in every layer, with all points."""
    require(answer, layer, needs)
    grading = graded(question, answer.file, layer, scratch)
    assert grading.verdict == LevelVerdict.PASSED.value, grading.shown
    assert grading.report.earned == grading.report.points == 100


@pytest.mark.parametrize("layer", EVERY_LAYER)
@pytest.mark.parametrize(
    ("right", "wrong", "level"),
    [
        ("return sorted(numbers)", "return sorted(numbers)[1:]", 1),
        ("return sorted(numbers)", "return numbers", 1),
        ("+ amount", "- amount", 2),
        ("raise ValueError", "raise KeyError", 3),
    ],
)
def test_a_wrong_answer_fails(
    layer: Layer,
    right: str,
    wrong: str,
    level: int,
    question: Question,
    scratch: Path,
    tmp_path: Path,
    needs: Needs,
) -> None:
    """The right answer with one mistake fails at the level that the mistake concerns."""
    need_layer(needs, layer)
    source = (HONEST / "right.py").read_text()
    assert source.count(right) == 1
    file = tmp_path / "wrong.py"
    file.write_text(source.replace(right, wrong))
    report = graded(question, file, layer, scratch).report
    assert verdict_of(report) == LevelVerdict.WRONG_ANSWER.value
    failed = [
        found.number
        for found in report.levels
        if found.verdict is not LevelVerdict.PASSED
    ]
    assert failed[0] == level


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_leftovers_would_be_found(
    layer: Layer, question: Question, needs: Needs
) -> None:
    """While a grading goes on, its processes are where the other tests look."""
    need_layer(needs, layer)
    seed = fresh_seed()
    seen: list[int] = []
    options = Options(
        seed=seed,
        layer=layer,
        levels=frozenset({1}),
        observe=lambda call: seen.append(len(processes_of(mark_of(seed)))),
    )
    grade(question, Submission.read(HONEST / "right.py"), options)
    assert seen and min(seen) >= 2


# What the files say of themselves.


def test_every_attack_says_how_it_works() -> None:
    """There are many attacks, each with a sentence of its own and a verdict a layer."""
    headers = attacks()
    assert len(headers) >= _MIN_ATTACKS
    sentences = [header.sentence for header in headers]
    assert len(set(sentences)) == len(sentences)
    for header in headers:
        assert list(header.verdicts) == list(Layer)


def test_namespaces_contain_everything() -> None:
    """Nothing is left open in the strongest layer, and less in landlock than without."""
    assert not_contained(Layer.NAMESPACES) == []
    in_landlock = {header.file for header in not_contained(Layer.LANDLOCK)}
    assert in_landlock < {header.file for header in not_contained(Layer.LIMITS)}


def test_attacks_are_read_and_never_imported(tmp_path: Path) -> None:
    """A header is read off a file's syntax, and the file does not run."""
    file = tmp_path / "attack.py"
    lines = [f"{layer.value}: crashed" for layer in Layer]
    file.write_text('"""Ends us.\n\n%s\n"""\nraise SystemExit' % "\n".join(lines))
    header = read_header(file)
    assert header.sentence == "Ends us."
    assert header.verdicts == dict.fromkeys(Layer, "crashed")


_GOOD = ["namespaces: passed", "landlock: crashed", f"limits: {NOT_CONTAINED}"]


@pytest.mark.parametrize(
    ("docstring", "said"),
    [
        (None, "has no docstring"),
        (["Works.", "", *_GOOD[:2]], "Name"),
        (["Works.", "", *reversed(_GOOD)], "in order"),
        (["Works.", "", *_GOOD, "cloud: passed"], "cloud"),
        (["Works.", "", *_GOOD, _GOOD[0]], "once"),
        (["Works.", "", "namespaces: won", *_GOOD[1:]], "no verdict 'won'"),
        (["Works.", "", "namespaces: graded", *_GOOD[1:]], "no verdict 'graded'"),
        (["Works.", "", *_GOOD, "needs: luck"], "needs 'luck'"),
        (["Works.", "", *_GOOD, "and that is all"], "and that is all"),
        (["It works", "", *_GOOD], "no sentence"),
    ],
)
def test_a_header_that_is_wrong_is_refused(
    docstring: list[str] | None, said: str, tmp_path: Path
) -> None:
    """What is missing, unknown, double or out of order is named."""
    file = tmp_path / "attack.py"
    text = "" if docstring is None else '"""' + "\n".join(docstring) + '\n"""\n'
    file.write_text(text)
    with pytest.raises(HeaderError) as caught:
        read_header(file)
    assert said in str(caught.value)


def test_an_honest_file_declares_no_verdict(tmp_path: Path) -> None:
    """An honest answer passes everywhere, and may only say what it needs."""
    file = tmp_path / "answer.py"
    file.write_text('"""Works.\n\nneeds: time zones\n"""\n')
    header = read_header(file, is_honest=True)
    assert header.needs == "time zones"
    assert set(header.verdicts.values()) == {"passed"}
    file.write_text('"""Works.\n\nlimits: crashed\n"""\n')
    with pytest.raises(HeaderError):
        read_header(file, is_honest=True)


def test_no_attack_is_collected_as_a_test() -> None:
    """No attack and no honest answer has a name that pytest would import."""
    names = [header.file.name for header in (*attacks(), *honest_answers())]
    assert not [name for name in names if name.startswith("test_")]
    assert not [name for name in names if name.endswith("_test.py")]

"""Grades every attack on conversations and kept files, in every layer that contains it.

The question hands over functions and objects, and has files that outlive a process. An
attack must get the verdict that it declares, and another one from a judge without the
defence that it names: a file whose verdict would be the same proves nothing. Controls
show that a right answer passes and a wrong one fails; honest answers show that
hardening harms nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from perfkata.catalog import Question
from perfkata.catalog.question import read_question
from perfkata.judge.errors import JudgeError
from perfkata.judge.folders import empty_folder, remove_folder
from perfkata.judge.grade import Options, grade
from perfkata.judge.report import LevelVerdict, SubmissionVerdict
from perfkata.judge.sandbox import Layer
from perfkata.judge.scratch import Scratch
from perfkata.judge.stopped import StoppedError
from perfkata.judge.submission import Submission
from tests.conftest import Needs
from tests.hostile.gradings import (
    LIMITS,
    Grading,
    assert_safe_to_show,
    graded,
    kept_folders,
    named,
    require,
    shown_in_terminal,
)
from tests.hostile.headers import (
    CONVERSING,
    NOT_CONTAINED,
    Header,
    HeaderError,
    attacks,
    attacks_on_conversations,
    honest_answers,
    read_header,
    verdict_of,
)
from tests.hostile.weakening import ONE_PROCESS, ONE_PROCESS_JUDGE, WEAKENINGS
from tests.judge.layers import (
    EVERY_LAYER,
    fresh_seed,
    missing_layer,
    need_layer,
    returned,
    session_of,
)

_QUESTION = Path(__file__).parent / "question" / "03_desk"
_HONEST = CONVERSING / "honest"
_GIVEN = (_QUESTION / "given.py").read_bytes()
_MIN_ATTACKS = 30
_NOBODY = 65534


@pytest.fixture(scope="module")
def question() -> Question:
    """The question that all of them answer."""
    return read_question(_QUESTION, file="question.toml")


@pytest.mark.parametrize(("attack", "layer"), named(attacks_on_conversations()))
def test_an_attack_gets_the_verdict_that_it_declares(
    attack: Header, layer: Layer, question: Question, scratch: Path, needs: Needs
) -> None:
    """The verdict is the declared one, the report can be shown, and nothing is left."""
    require(attack, layer, needs)
    grading = graded(question, attack.file, layer, scratch)
    assert grading.verdict == attack.verdicts[layer], grading.shown
    assert grading.report.isolation in (layer.value, "none")
    assert_safe_to_show(grading)


@pytest.mark.parametrize(("answer", "layer"), named(honest_answers(_HONEST)))
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
        ("if value not in known:", "if True:", 1),
        ("return known[number]", "return function(number)", 1),
        ("counts.index(max(counts))", "len(counts) - 1", 2),
        ('open(name + ".new", "w")', 'open(name, "w")', 3),
        ("raise given.BadNotesError(name)", "return {}", 3),
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
    source = (_HONEST / "right.py").read_text()
    assert source.count(right) == 1
    file = tmp_path / "wrong.py"
    file.write_text(source.replace(right, wrong))
    report = graded(question, file, layer, scratch).report
    failed = [
        found.number
        for found in report.levels
        if found.verdict is not LevelVerdict.PASSED
    ]
    assert failed == [level]


# What each attack runs into.


def _weakened() -> list[Header]:
    return [
        attack
        for attack in attacks_on_conversations()
        if attack.without not in (None, ONE_PROCESS)
    ]


def _in_one_process() -> list[Header]:
    every = attacks_on_conversations()
    return [attack for attack in every if attack.without == ONE_PROCESS]


@pytest.fixture
def strongest(needs: Needs) -> Layer:
    """The strongest layer of this machine, which contains the most."""
    layer = next((layer for layer in Layer if not missing_layer(layer)), Layer.LIMITS)
    need_layer(needs, layer)
    if layer is Layer.LIMITS:
        pytest.skip("an attack that works is run where it is contained alone")
    return layer


@pytest.mark.parametrize(
    "attack", [pytest.param(each, id=each.file.stem) for each in _weakened()]
)
def test_an_attack_works_without_its_defence(
    attack: Header,
    strongest: Layer,
    question: Question,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the one defence it gets another verdict, gets further, or gets through."""
    assert attack.without is not None

    def outcome() -> tuple[str, str | None, bool]:
        options = Options(seed=fresh_seed(), limits=LIMITS, layer=strongest)
        report = grade(question, Submission.read(attack.file), options)
        cases = [each.failure.case for each in report.levels if each.failure]
        shown = shown_in_terminal(question, attack.file, report)
        try:
            assert_safe_to_show(Grading(report, shown))
        except AssertionError:
            return verdict_of(report), cases[0], False
        return verdict_of(report), cases[0] if cases else None, True

    with monkeypatch.context() as patch:
        WEAKENINGS[attack.without](patch)
        try:
            without = outcome()
        except (JudgeError, OSError, LookupError, RuntimeError, TypeError, ValueError):
            return  # it brought the judge down
    verdict, _, is_safe = without
    if verdict == attack.verdicts[strongest] and is_safe:
        assert without != outcome()


@pytest.mark.parametrize(
    "attack", [pytest.param(each, id=each.file.stem) for each in _in_one_process()]
)
def test_an_attack_fools_a_judge_in_its_own_process(
    attack: Header, strongest: Layer
) -> None:
    """A judge that loads the submission and hands over its own objects believes it."""
    source = attack.file.read_text() + ONE_PROCESS_JUDGE
    with session_of(source, strongest, LIMITS, given=_GIVEN) as session:
        assert returned(session, "is_fooled") is True


def test_a_judge_in_one_process_sees_what_is_plainly_wrong(strongest: Layer) -> None:
    """It takes a right answer for right and an honest mistake for wrong."""
    source = (_HONEST / "right.py").read_text() + ONE_PROCESS_JUDGE
    with session_of(source, strongest, LIMITS, given=_GIVEN) as session:
        assert returned(session, "is_fooled") is True
    wrong = source.replace("if value not in known:", "if True:")
    with session_of(wrong, strongest, LIMITS, given=_GIVEN) as session:
        assert returned(session, "is_fooled") is False


def test_every_defence_is_one_that_can_be_taken_away() -> None:
    """Attacks name weakenings that there are, and each of those is named."""
    named_ones = {attack.without for attack in attacks_on_conversations()}
    assert named_ones - {None} == {*WEAKENINGS, ONE_PROCESS}


@pytest.mark.parametrize("name", sorted(WEAKENINGS))
def test_without_one_defence_an_honest_answer_still_passes(
    name: str, strongest: Layer, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A weakened judge still works, so that it is the attack that makes the difference."""
    WEAKENINGS[name](monkeypatch)
    options = Options(seed=fresh_seed(), limits=LIMITS, layer=strongest)
    report = grade(question, Submission.read(_HONEST / "right.py"), options)
    assert report.verdict is SubmissionVerdict.GRADED
    assert verdict_of(report) == LevelVerdict.PASSED.value


# Folders that a submission changes while they are emptied.


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder that is none of ours, with a folder and a file within."""
    folder = tmp_path / "outside"
    (folder / "within").mkdir(parents=True)
    (folder / "within" / "file").write_text("theirs")
    for each in (folder, folder / "within"):
        each.chmod(0o755)
    yield folder
    assert (folder / "within" / "file").read_text() == "theirs"
    assert [each.stat().st_mode & 0o777 for each in (folder, folder / "within")] == [
        0o755,
        0o755,
    ]


def test_removing_a_link_in_place_of_a_folder_touches_nothing(
    tmp_path: Path, outside: Path
) -> None:
    """A folder that became a link leads to no change of what it leads to."""
    link = tmp_path / "perfkata-1-x"
    link.symlink_to(outside)
    remove_folder(link)
    empty_folder(link)


def test_links_within_a_folder_are_removed_and_not_followed(
    tmp_path: Path, outside: Path
) -> None:
    """Links to folders and files go, and what they lead to stays."""
    folder = tmp_path / "kept"
    (folder / "deep").mkdir(parents=True)
    (folder / "link").symlink_to(outside)
    (folder / "deep" / "link").symlink_to(outside)
    (folder / "deep" / "file").symlink_to(outside / "within" / "file")
    remove_folder(folder)
    assert not folder.exists()


def test_folders_deeper_than_a_path_can_say_are_removed() -> None:
    """A thousand folders within each other go, with what is at the bottom."""
    folders = Scratch()
    with _bottom_of(folders.path, 1_200) as bottom:
        os.close(os.open("file", os.O_CREAT, dir_fd=bottom))
    folders.clear()
    assert folders.names() == []
    folders.close()
    assert kept_folders() == []


@contextmanager
def _bottom_of(folder: Path, depth: int) -> Iterator[int]:
    """Make folders within each other, and give out the innermost."""
    name = "x" * 100
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=handle)
        within = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = within
    yield handle
    os.close(handle)


def test_folders_that_are_closed_to_their_owner_are_removed(scratch: Path) -> None:
    """Modes keep nobody out who owns a folder, and who is not root either."""
    folder = scratch / "kept"
    closed, within = folder / "closed", folder / "closed" / "within"
    within.mkdir(parents=True)
    (within / "file").touch()
    for each in (within, closed):
        if os.geteuid() == 0:
            os.chown(each, _NOBODY, _NOBODY)
        each.chmod(0)
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    child = os.fork()
    if child == 0:
        status = -1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(_NOBODY, _NOBODY, _NOBODY)
                os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            empty_folder(folder)
            status = len(list(folder.iterdir()))
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_folder_that_cannot_be_looked_into_counts_as_too_much() -> None:
    """What is deeper than a path can say is refused, and goes with the rest."""
    folders = Scratch()
    with _bottom_of(folders.path, 60), pytest.raises(StoppedError) as caught:
        folders.check_size()
    assert caught.value.verdict is LevelVerdict.TOO_MUCH_OUTPUT
    folders.close()
    assert kept_folders() == []


# What the files say of themselves.


def test_every_attack_names_its_defence() -> None:
    """There are many, each counts among all attacks, and most can be seen to work."""
    found = attacks_on_conversations()
    assert len(found) >= _MIN_ATTACKS
    assert {header.file for header in found} <= {each.file for each in attacks()}
    shown = [header for header in found if header.without is not None]
    assert 2 * len(shown) > len(found)


_GOOD = ["namespaces: passed", "landlock: crashed", f"limits: {NOT_CONTAINED}"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "names no defence"),
        (["without: luck", "because: it is"], "names no defence"),
        (["because: it is", "against: luck"], "against"),
    ],
)
def test_a_header_without_one_defence_is_refused(
    lines: list[str], said: str, tmp_path: Path
) -> None:
    """Either what defends is named, or why nothing does, and not both."""
    file = tmp_path / "attack.py"
    file.write_text('"""' + "\n".join(["Works.", "", *_GOOD, *lines]) + '\n"""\n')
    with pytest.raises(HeaderError) as caught:
        read_header(file, is_conversing=True)
    assert said in str(caught.value)

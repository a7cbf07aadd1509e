"""Workspaces: where they lie, what is handed out, and that no answer is ever lost."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.catalog import Catalog, CatalogError, Question
from perfkata.learner.workspace import (
    State,
    Workspace,
    WorkspaceError,
    existing_workspaces,
    find_workspace,
    hand_out,
    workspaces_root,
)

_TRACK = Path(__file__).parent.parent / "fake_track"


@pytest.fixture
def question(tmp_path: Path) -> Question:
    """A question of a track that the test may change."""
    shutil.copytree(_TRACK, tmp_path / "track")
    return Catalog(tmp_path / "track").question("03")


def test_the_root_is_what_was_asked_for_then_the_variable_then_home(
    tmp_path: Path,
) -> None:
    """--into wins over PERFKATA_WORKSPACES, and that over ~/perfkata."""
    environment = {"PERFKATA_WORKSPACES": "/katas", "HOME": str(tmp_path)}
    assert workspaces_root(environment, Path("/mine")) == Path("/mine")
    assert workspaces_root(environment) == Path("/katas")
    assert workspaces_root({"HOME": str(tmp_path)}) == tmp_path / "perfkata"


def test_a_tilde_in_the_root_is_home(tmp_path: Path) -> None:
    """The shell does not expand ~ in a variable's file, so we do."""
    environment = {"PERFKATA_WORKSPACES": "~/k", "HOME": str(tmp_path)}
    assert workspaces_root(environment) == tmp_path / "k"


@pytest.mark.parametrize("home", [{}, {"HOME": ""}, {"HOME": "x"}, {"HOME": "/none"}])
def test_without_a_home_folder_there_is_no_root(home: dict[str, str]) -> None:
    """A HOME that is unset, empty, relative or no folder is one clear line."""
    with pytest.raises(WorkspaceError, match=r"HOME.*PERFKATA_WORKSPACES"):
        workspaces_root(home)


def test_a_workspace_holds_all_that_the_learner_needs(
    question: Question, tmp_path: Path
) -> None:
    """Statement, examples, given and the starter as solution.py are copied."""
    handed = hand_out(question, tmp_path / "new" / "root")
    folder = tmp_path / "new" / "root" / "03_span"
    assert {file.state for file in handed} == {State.MADE}
    for name, source in {
        "question.md": "question.md",
        "examples.py": "examples.py",
        "given.py": "given.py",
        "solution.py": "starter.py",
    }.items():
        assert (folder / name).read_bytes() == (question.folder / source).read_bytes()


def test_handing_out_twice_changes_nothing(question: Question, tmp_path: Path) -> None:
    """The second time everything is up to date, and the answer is kept."""
    hand_out(question, tmp_path)
    before = _contents(tmp_path / question.name)
    states = [file.state for file in hand_out(question, tmp_path)]
    assert states == [*[State.UNCHANGED] * 3, State.KEPT]
    assert _contents(tmp_path / question.name) == before


@given(answer=st.binary(max_size=200), has_record=st.booleans())
def test_an_answer_is_never_written_over(answer: bytes, has_record: bool) -> None:
    """Whatever solution.py holds, it holds after another start."""
    question = Catalog(_TRACK).question("01")
    with tempfile.TemporaryDirectory() as root:
        hand_out(question, Path(root))
        folder = Path(root) / question.name
        (folder / "solution.py").write_bytes(answer)
        if not has_record:
            (folder / ".perfkata.json").unlink()
        hand_out(question, Path(root))
        assert (folder / "solution.py").read_bytes() == answer


def test_a_question_that_changed_is_handed_out_again(
    question: Question, tmp_path: Path
) -> None:
    """A file that the learner left alone becomes the question's new one."""
    hand_out(question, tmp_path)
    question.statement.write_text("# Changed\n")
    assert _states(question, tmp_path)["question.md"] is State.REFRESHED
    assert (tmp_path / question.name / "question.md").read_text() == "# Changed\n"


def test_own_examples_stay_while_the_question_does(
    question: Question, tmp_path: Path
) -> None:
    """A file that only the learner changed is kept as it is."""
    hand_out(question, tmp_path)
    mine = tmp_path / question.name / "examples.py"
    mine.write_text("# mine\n")
    assert _states(question, tmp_path)["examples.py"] is State.KEPT
    assert mine.read_text() == "# mine\n"
    assert not mine.with_name("examples.new.py").exists()


def test_what_both_changed_lies_beside(question: Question, tmp_path: Path) -> None:
    """The learner's file stays and the question's new one is put next to it."""
    hand_out(question, tmp_path)
    mine = tmp_path / question.name / "examples.py"
    mine.write_text("# mine\n")
    question.examples.write_text("# new\n")
    assert _states(question, tmp_path)["examples.py"] is State.BESIDE
    assert mine.read_text() == "# mine\n"
    assert mine.with_name("examples.new.py").read_text() == "# new\n"


@pytest.mark.parametrize("record", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"a": 1}'])
def test_a_damaged_record_loses_nothing(
    question: Question, tmp_path: Path, record: bytes
) -> None:
    """Without a record that can be read, a differing file counts as the learner's."""
    hand_out(question, tmp_path)
    folder = tmp_path / question.name
    (folder / ".perfkata.json").write_bytes(record)
    (folder / "given.py").write_text("# mine\n")
    assert _states(question, tmp_path)["given.py"] is State.BESIDE
    assert (folder / "given.py").read_text() == "# mine\n"


def test_a_half_made_workspace_is_completed(question: Question, tmp_path: Path) -> None:
    """What an interrupted start left out is there after the next."""
    hand_out(question, tmp_path)
    folder = tmp_path / question.name
    whole = _contents(folder)
    for name in ("given.py", "solution.py", ".perfkata.json"):
        (folder / name).unlink()
    hand_out(question, tmp_path)
    assert _contents(folder) == whole


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_write_that_fails_leaves_no_part_of_a_file(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A full disk is one clear line, and what was there is whole or absent."""

    def refuse(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(WorkspaceError, match=os.strerror(code)) as caught:
        hand_out(question, tmp_path)
    assert "\n" not in str(caught.value)
    assert _contents(tmp_path / question.name) == {}


def test_without_hard_links_the_starter_still_arrives(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without links gets solution.py by a rename."""

    def refuse(_source: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    hand_out(question, tmp_path)
    solution = tmp_path / question.name / "solution.py"
    assert solution.read_bytes() == question.starter.read_bytes()
    assert not list(solution.parent.glob(".*.tmp"))


def test_an_answer_that_appears_meanwhile_is_kept(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two starts at once cannot replace each other's solution.py."""
    solution = tmp_path / question.name / "solution.py"
    real_link = os.link

    def link(source: Path, target: Path) -> None:
        solution.write_text("# quicker\n")
        real_link(source, target)

    monkeypatch.setattr(os, "link", link)
    assert _states(question, tmp_path)["solution.py"] is State.KEPT
    assert solution.read_text() == "# quicker\n"
    assert not list(solution.parent.glob(".*.tmp"))


def test_a_dangling_link_is_the_learners_too(
    question: Question, tmp_path: Path
) -> None:
    """A solution.py that links to nowhere is not replaced."""
    folder = tmp_path / question.name
    folder.mkdir()
    (folder / "solution.py").symlink_to("elsewhere.py")
    assert _states(question, tmp_path)["solution.py"] is State.KEPT
    assert (folder / "solution.py").is_symlink()


def test_files_have_the_mode_that_the_person_wants(
    question: Question, tmp_path: Path
) -> None:
    """The umask decides, as for any other file of theirs."""
    previous = os.umask(0o027)
    try:
        hand_out(question, tmp_path)
    finally:
        os.umask(previous)
    solution = tmp_path / question.name / "solution.py"
    assert stat.S_IMODE(solution.stat().st_mode) == 0o640


def test_a_file_in_the_folders_place_is_named(
    question: Question, tmp_path: Path
) -> None:
    """A file where the workspace belongs is one clear line, and stays."""
    (tmp_path / question.name).write_text("mine")
    with pytest.raises(WorkspaceError, match=r"03_span.*move it away"):
        hand_out(question, tmp_path)
    assert (tmp_path / question.name).read_text() == "mine"


def test_a_folder_in_a_files_place_is_named(question: Question, tmp_path: Path) -> None:
    """A folder named question.md is one clear line."""
    (tmp_path / question.name / "question.md").mkdir(parents=True)
    with pytest.raises(WorkspaceError, match=r"question\.md.*move it away"):
        hand_out(question, tmp_path)


def test_a_question_without_a_file_is_the_contents_fault(
    question: Question, tmp_path: Path
) -> None:
    """A question that lacks its examples says so, and how to see what is missing."""
    question.examples.unlink()
    with pytest.raises(CatalogError, match=r"examples\.py.*perfkata check 03"):
        hand_out(question, tmp_path)


def test_the_current_folder_wins_if_it_is_the_workspace(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a workspace, its answer is meant, wherever the others lie."""
    environment = {"PERFKATA_WORKSPACES": str(tmp_path / "usual")}
    hand_out(question, tmp_path / "usual")
    hand_out(question, tmp_path / "other")
    assert find_workspace(question, environment) == Workspace(
        tmp_path / "usual" / "03_span"
    )
    monkeypatch.chdir(tmp_path / "other" / "03_span")
    assert find_workspace(question, {}) == Workspace(tmp_path / "other" / "03_span")


def test_another_folder_with_a_solution_is_not_meant(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A solution.py in a folder of another name answers another question."""
    elsewhere = tmp_path / "01_double"
    elsewhere.mkdir()
    (elsewhere / "solution.py").touch()
    monkeypatch.chdir(elsewhere)
    hand_out(question, tmp_path / "usual")
    found = find_workspace(question, {"PERFKATA_WORKSPACES": str(tmp_path / "usual")})
    assert found.folder == tmp_path / "usual" / "03_span"


def test_no_answer_anywhere_says_how_to_begin(
    question: Question, tmp_path: Path
) -> None:
    """Where nothing was started, the message is the command that starts."""
    with pytest.raises(WorkspaceError, match="perfkata start 03"):
        find_workspace(question, {"PERFKATA_WORKSPACES": str(tmp_path)})


def test_what_else_helps_is_for_the_caller_to_say(
    question: Question, tmp_path: Path
) -> None:
    """Only a caller that can take a file offers to name one."""
    environment = {"PERFKATA_WORKSPACES": str(tmp_path)}
    with pytest.raises(WorkspaceError, match=r"makes it\.$"):
        find_workspace(question, environment)
    with pytest.raises(WorkspaceError, match=r"makes it; or not\.$"):
        find_workspace(question, environment, otherwise="; or not")


def test_an_answer_is_untouched_while_it_is_the_starter(
    question: Question, tmp_path: Path
) -> None:
    """One byte more makes it the learner's own; what is not there is no starter."""
    hand_out(question, tmp_path)
    workspace = Workspace(tmp_path / question.name)
    assert workspace.is_untouched(question)
    workspace.solution.write_bytes(question.starter.read_bytes() + b"\n")
    assert not workspace.is_untouched(question)
    workspace.solution.unlink()
    assert not workspace.is_untouched(question)


def test_a_deleted_current_folder_is_named(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell in a folder that is gone gets one clear line."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(WorkspaceError, match="current folder"):
        find_workspace(question, {"PERFKATA_WORKSPACES": str(tmp_path)})


def test_only_folders_with_an_answer_are_workspaces(
    question: Question, tmp_path: Path
) -> None:
    """Other folders and files below the root are none of ours."""
    hand_out(question, tmp_path)
    (tmp_path / "01_double").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "solution.py").touch()
    (tmp_path / "02_total").touch()
    assert existing_workspaces(tmp_path) == (Workspace(tmp_path / "03_span"),)
    assert existing_workspaces(tmp_path / "nowhere") == ()


def _states(question: Question, root: Path) -> dict[str, State]:
    return {file.path.name: file.state for file in hand_out(question, root)}


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}

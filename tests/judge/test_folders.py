"""Folders of ours: they go with all that is in them, and nothing else goes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from perfkata.judge.folders import made_folder, remove_folder

_NOBODY = 65534


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    """A folder in which folders of ours are made."""
    made = tmp_path / "parent"
    made.mkdir()
    return made


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """One in which every user may make folders, whatever lies above the test's own."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o777)
        yield Path(made)


@pytest.fixture
def ended() -> int:
    """The process id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return process.pid


def as_nobody(function: Callable[[], None]) -> None:
    """Run a function in a child that is not root, since root may do everything."""
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(_NOBODY, _NOBODY, _NOBODY)
                os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            function()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_folder_names_its_maker_and_is_private(parent: Path) -> None:
    """Its name holds our process id; nobody else may look into it."""
    made = made_folder(parent)
    assert made.parent == parent
    assert made.name.split("-")[:2] == ["perfkata", str(os.getpid())]
    assert made.stat().st_mode & 0o777 == 0o700
    assert list(made.iterdir()) == []


def test_a_folder_lies_where_temporary_files_lie(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is so where nothing else is said."""
    monkeypatch.setattr(tempfile, "tempdir", str(parent))
    assert made_folder().parent == parent


def test_folders_of_judges_that_are_gone_are_removed(parent: Path, ended: int) -> None:
    """A judge that was killed leaves one; the next judge removes it, and no other."""
    left = parent / f"perfkata-{ended}-left"
    (left / "deep").mkdir(parents=True)
    (left / "deep" / "file").write_bytes(b"data")
    kept = [
        parent / f"perfkata-{os.getpid()}-ours",
        parent / "perfkata-1-alive",
        parent / "perfkata-text-other",
        parent / f"perfkata-{ended}",
        parent / f"other-{ended}-left",
    ]
    for folder in kept:
        folder.mkdir()
    made = made_folder(parent)
    assert not left.exists()
    assert sorted(parent.iterdir()) == sorted([made, *kept])


def test_a_number_that_no_process_has_is_one_of_the_gone(parent: Path) -> None:
    """It may be larger than any; the folder goes."""
    left = parent / f"perfkata-{2**80}-left"
    left.mkdir()
    made_folder(parent)
    assert not left.exists()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that is somebody else's, with something in it."""
    made = tmp_path / "elsewhere"
    (made / "inner").mkdir(parents=True)
    (made / "inner" / "file").write_bytes(b"data")
    (made / "inner").chmod(0o755)
    return made


def _is_untouched(elsewhere: Path) -> bool:
    inner = elsewhere / "inner"
    has_mode = inner.stat().st_mode & 0o777 == 0o755
    return has_mode and (inner / "file").read_bytes() == b"data"


def test_a_link_in_a_folder_is_not_followed(parent: Path, elsewhere: Path) -> None:
    """What it leads to stays as it is, while the folder goes."""
    folder = made_folder(parent)
    (folder / "link").symlink_to(elsewhere)
    (folder / "inner").mkdir()
    (folder / "inner" / "link").symlink_to(elsewhere / "inner")
    (folder / "inner").chmod(0o500)
    remove_folder(folder)
    assert not folder.exists()
    assert _is_untouched(elsewhere)


def test_a_link_in_place_of_a_folder_is_not_followed(
    parent: Path, elsewhere: Path, ended: int
) -> None:
    """Who plants one with the name of a folder of ours gains nothing by it."""
    link = parent / f"perfkata-{ended}-link"
    link.symlink_to(elsewhere)
    made_folder(parent)
    assert _is_untouched(elsewhere)
    remove_folder(link)
    assert _is_untouched(elsewhere)


@pytest.mark.parametrize("mode", [0o000, 0o100, 0o300, 0o400, 0o500])
def test_a_folder_goes_whatever_its_modes(open_to_all: Path, mode: int) -> None:
    """What a submission closed to itself is opened again, at any depth."""

    def make_and_remove() -> None:
        folder = made_folder(open_to_all)
        deepest = folder / "one" / "two" / "three"
        deepest.mkdir(parents=True)
        (deepest / "file").write_bytes(b"data")
        for closed in (deepest, deepest.parent, deepest.parent.parent, folder):
            closed.chmod(mode)
        remove_folder(folder)
        assert not folder.exists()

    as_nobody(make_and_remove)
    assert list(open_to_all.iterdir()) == []


def test_what_is_gone_is_removed_without_a_word(parent: Path) -> None:
    """A folder may be removed twice."""
    folder = made_folder(parent)
    remove_folder(folder)
    remove_folder(folder)
    assert list(parent.iterdir()) == []


def test_pipes_and_sockets_go_too(parent: Path) -> None:
    """Whatever a submission left, it is not opened."""
    folder = made_folder(parent)
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to("nowhere")
    remove_folder(folder)
    assert list(parent.iterdir()) == []

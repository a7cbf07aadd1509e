"""The scratch folder: what lies in it is a submission's, and we are not led by it."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge import scratch as module
from perfkata.judge.report import LevelVerdict
from perfkata.judge.scratch import Scratch
from perfkata.judge.stopped import StoppedError
from tests.judge.test_folders import as_nobody

_IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    """A folder of this test's own."""
    made = Scratch()
    yield made
    made.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of ours that a submission would like to read, or to change."""
    path = tmp_path / "secret"
    path.write_bytes(b"secret")
    return path


def test_a_file_holds_what_was_written(scratch: Scratch) -> None:
    """It can be read, written anew, named, and removed."""
    scratch.write("file", b"some data")
    assert scratch.read("file") == b"some data"
    scratch.write("file", b"less")
    assert scratch.read("file") == b"less"
    scratch.write("another", b"")
    assert scratch.names() == ["another", "file"]
    scratch.remove("file")
    assert scratch.names() == ["another"]


@given(data=st.binary(max_size=100), longer=st.binary(max_size=100))
def test_any_bytes_are_kept(data: bytes, longer: bytes) -> None:
    """Nothing is left of what was there before, and nothing is added."""
    scratch = Scratch()
    try:
        scratch.write("file", longer)
        scratch.write("file", data)
        assert scratch.read("file") == data
    finally:
        scratch.close()


def test_it_is_private_and_empty(scratch: Scratch) -> None:
    """Nobody else may look into it, and nothing lies in it at first."""
    assert stat.S_IMODE(scratch.path.stat().st_mode) == 0o700
    assert scratch.names() == []


def test_it_lies_in_memory_where_that_can_be_had(scratch: Scratch) -> None:
    """There it is another file system than the one of temporary files."""
    if not os.access(_IN_MEMORY, os.W_OK):
        pytest.skip("this machine has no /dev/shm that we may write to")
    assert scratch.path.parent == _IN_MEMORY
    temporary = Path(tempfile.gettempdir()).stat().st_dev
    is_other = scratch.path.stat().st_dev != temporary
    assert is_other == (_IN_MEMORY.stat().st_dev != temporary)


def test_it_lies_among_temporary_files_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a folder in memory it is where all folders of ours are."""
    monkeypatch.setattr(module, "_IN_MEMORY", tmp_path / "nothing")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    scratch = Scratch()
    assert scratch.path.parent == tmp_path
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_closing_leaves_nothing(scratch: Scratch) -> None:
    """The folder is gone, whatever the submission left; closing may be repeated."""
    _fill(scratch.path)
    scratch.close()
    assert not scratch.path.exists()
    scratch.close()


def test_clearing_leaves_the_folder(scratch: Scratch, secret: Path) -> None:
    """The next case finds it empty, and with the same owner and place."""
    _fill(scratch.path)
    (scratch.path / "link").symlink_to(secret)
    (scratch.path / "folder link").symlink_to(secret.parent)
    scratch.clear()
    assert scratch.names() == []
    assert scratch.path.is_dir()
    assert secret.read_bytes() == b"secret"


def _fill(folder: Path) -> None:
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "deep" / "deeper" / "file").write_bytes(b"data")
    (folder / "deep" / "deeper").chmod(0)
    (folder / "file").write_bytes(b"data")
    (folder / "file").chmod(0)
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")


def _make_link(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def _make_socket(path: Path, _: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


_ODD: dict[str, Callable[[Path, Path], None]] = {
    "link": _make_link,
    "link to a folder": lambda path, secret: path.symlink_to(secret.parent),
    "link to nothing": lambda path, _: path.symlink_to("nowhere"),
    "link to itself": lambda path, _: path.symlink_to(path),
    "pipe": lambda path, _: os.mkfifo(path),
    "folder": lambda path, _: path.mkdir(),
    "socket": _make_socket,
}


@pytest.mark.parametrize("make", _ODD.values(), ids=_ODD)
def test_only_plain_files_are_used(
    scratch: Scratch, secret: Path, make: Callable[[Path, Path], None]
) -> None:
    """A link is not followed and a pipe not waited for; that is a wrong answer."""
    make(scratch.path / "odd", secret)
    for use in (lambda: scratch.read("odd"), lambda: scratch.write("odd", b"changed")):
        with pytest.raises(StoppedError) as caught:
            use()
        assert caught.value.verdict is LevelVerdict.WRONG_ANSWER
        assert caught.value.message.startswith("odd ")
    assert secret.read_bytes() == b"secret"
    assert scratch.names() == ["odd"]


def test_a_link_is_removed_and_not_what_it_leads_to(
    scratch: Scratch, secret: Path
) -> None:
    """What a grader removes lies in the folder."""
    (scratch.path / "link").symlink_to(secret)
    scratch.remove("link")
    assert scratch.names() == []
    assert secret.read_bytes() == b"secret"


def test_a_file_that_is_not_there_is_a_wrong_answer(scratch: Scratch) -> None:
    """The submission should have made it; so is a folder that is to be removed."""
    (scratch.path / "folder").mkdir()
    for use in (
        lambda: scratch.read("missing"),
        lambda: scratch.remove("missing"),
        lambda: scratch.remove("folder"),
    ):
        with pytest.raises(StoppedError, match="cannot be used: ") as caught:
            use()
        assert caught.value.verdict is LevelVerdict.WRONG_ANSWER


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/etc/passwd", "../other", "a/../b"]
)
def test_a_name_is_one_in_the_folder(scratch: Scratch, name: str) -> None:
    """A grader names files, and no paths."""
    for use in (
        lambda: scratch.read(name),
        lambda: scratch.write(name, b""),
        lambda: scratch.remove(name),
    ):
        with pytest.raises(ValueError, match="is no name of a file"):
            use()


def test_a_name_may_hold_any_other_bytes(scratch: Scratch) -> None:
    """What a submission calls its files is listed, sorted, even if it is no text."""
    (scratch.path / "b c\n").write_bytes(b"1")
    (scratch.path / os.fsdecode(b"\xff")).write_bytes(b"2")
    names = scratch.names()
    assert names == sorted(["b c\n", "\udcff"])
    assert [scratch.read(name) for name in names] == [b"1", b"2"]


def test_a_long_file_is_not_read(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is longer than the bound is too much output, sparse or not."""
    monkeypatch.setattr(module, "MAX_BYTES", 1_000)
    scratch.write("file", bytes(1_000))
    assert len(scratch.read("file")) == 1_000
    os.truncate(scratch.path / "file", 1_001)
    with pytest.raises(StoppedError, match="holds more than") as caught:
        scratch.read("file")
    assert caught.value.verdict is LevelVerdict.TOO_MUCH_OUTPUT


def test_what_lies_there_is_bounded_in_bytes(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files count together, at any depth; a link counts as little as it is."""
    monkeypatch.setattr(module, "MAX_BYTES", 1_000)
    (scratch.path / "deep" / "deeper").mkdir(parents=True)
    (scratch.path / "file").write_bytes(bytes(500))
    (scratch.path / "deep" / "file").write_bytes(bytes(400))
    (scratch.path / "link").symlink_to("/usr")
    scratch.check_size()
    (scratch.path / "deep" / "deeper" / "file").write_bytes(bytes(200))
    _assert_too_much(scratch)


def test_what_lies_there_is_bounded_in_files(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty files and folders count too."""
    monkeypatch.setattr(module, "MAX_FILES", 10)
    for number in range(5):
        (scratch.path / f"folder {number}").mkdir()
        (scratch.path / f"folder {number}" / "file").touch()
    scratch.check_size()
    (scratch.path / "folder 3" / "link").symlink_to("nowhere")
    _assert_too_much(scratch)


def _assert_too_much(scratch: Scratch) -> None:
    with pytest.raises(StoppedError) as caught:
        scratch.check_size()
    assert caught.value.verdict is LevelVerdict.TOO_MUCH_OUTPUT


def test_a_link_to_a_folder_is_not_counted_through(scratch: Scratch) -> None:
    """A circle of links has an end, and what lies elsewhere is not the submission's."""
    (scratch.path / "circle").symlink_to(scratch.path)
    (scratch.path / "root").symlink_to("/")
    scratch.check_size()


def test_a_file_of_ours_belongs_to_who_owns_the_folder(scratch: Scratch) -> None:
    """As root we leave files that the submission can change."""
    if os.geteuid() != 0:
        pytest.skip("only root gives a folder to somebody else")
    os.chown(scratch.path, 65534, 65534)
    scratch.write("file", b"data")
    found = (scratch.path / "file").stat()
    assert (found.st_uid, found.st_gid) == (65534, 65534)


def test_a_folder_that_was_closed_to_us_is_a_wrong_answer() -> None:
    """A submission of the same user can do that; it does not end the judge."""

    def close_and_use() -> None:
        scratch = Scratch()
        (scratch.path / "file").touch()
        scratch.path.chmod(0)
        _assert_unusable(scratch)
        scratch.clear()
        assert scratch.names() == []
        scratch.path.chmod(0)
        scratch.close()
        assert not scratch.path.exists()

    as_nobody(close_and_use)


def _assert_unusable(scratch: Scratch) -> None:
    for use in (
        scratch.names,
        lambda: scratch.read("file"),
        lambda: scratch.write("file", b""),
        lambda: scratch.remove("file"),
        scratch.check_size,
    ):
        with pytest.raises(StoppedError):
            use()


def test_a_link_in_place_of_the_folder_is_not_followed(
    scratch: Scratch, secret: Path
) -> None:
    """Who could put one there reads, writes, removes and empties nothing of ours."""
    moved = scratch.path.with_name(scratch.path.name + "-moved")
    scratch.path.rename(moved)
    scratch.path.symlink_to(secret.parent)
    try:
        for use in (
            scratch.names,
            lambda: scratch.read("secret"),
            lambda: scratch.write("secret", b"changed"),
            lambda: scratch.write("new", b"new"),
            lambda: scratch.remove("secret"),
        ):
            with pytest.raises(StoppedError):
                use()
        scratch.clear()
        scratch.close()
    finally:
        scratch.path.unlink(missing_ok=True)
        moved.rename(scratch.path)
    assert secret.read_bytes() == b"secret"
    assert [path.name for path in secret.parent.iterdir() if "new" in path.name] == []


def test_a_folder_that_is_gone_is_a_wrong_answer(scratch: Scratch) -> None:
    """Its files are not there; closing it does not mind."""
    scratch.path.rmdir()
    for use in (scratch.names, lambda: scratch.write("file", b"")):
        with pytest.raises(StoppedError) as caught:
            use()
        assert caught.value.verdict is LevelVerdict.WRONG_ANSWER
    scratch.check_size()
    scratch.clear()

"""A submission: the bytes of a file, or one line that says why it is none."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.submission import Submission, SubmissionFileError

_MAX_BYTES = 2**20


def test_a_submission_is_the_bytes_of_its_file(tmp_path: Path) -> None:
    """The bytes are read as they are, with the path as it was given."""
    path = tmp_path / "x" / ".." / "answer.py"
    (tmp_path / "x").mkdir()
    path.write_bytes(b"\xef\xbb\xbfx = 1\r\n\xff")
    submission = Submission.read(path)
    assert submission == Submission(path, b"\xef\xbb\xbfx = 1\r\n\xff")


@given(st.binary(max_size=100))
def test_a_submission_is_known_by_its_hash(source: bytes) -> None:
    """The hash is SHA-256 of the bytes, in hexadecimal."""
    submission = Submission(Path("a.py"), source)
    assert submission.sha256 == hashlib.sha256(source).hexdigest()


def test_a_file_may_have_one_mebibyte(tmp_path: Path) -> None:
    """1 MiB is read, one byte more is refused, and no more than that is read."""
    path = tmp_path / "a.py"
    path.write_bytes(b"#" * _MAX_BYTES)
    assert len(Submission.read(path).source) == _MAX_BYTES
    path.write_bytes(b"#" * (_MAX_BYTES + 1))
    with pytest.raises(SubmissionFileError, match="larger than 1,048,576 bytes"):
        Submission.read(path)


def _refusal(path: Path) -> str:
    with pytest.raises(SubmissionFileError) as caught:
        Submission.read(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(f"{path} ")


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    """A missing path, a folder, a pipe and a dangling link each have their words."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    advice = "Name the file of the answer."
    assert _refusal(tmp_path / "none") == f"does not exist. {advice}"
    assert _refusal(tmp_path / "link") == f"does not exist. {advice}"
    assert _refusal(tmp_path) == f"is a directory. {advice}"
    assert _refusal(tmp_path / "pipe") == f"is no regular file. {advice}"
    assert _refusal(Path("/dev/null")) == f"is no regular file. {advice}"


def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's reason is named, and permissions only where they are the reason."""

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.py"
    path.touch()
    monkeypatch.setattr(Path, "open", refuse)
    refusal = "cannot be read: Permission denied. Change its permissions."
    assert _refusal(path) == refusal
    long_name = tmp_path / ("a" * 300)
    refusal = "cannot be read: File name too long. Name another file."
    assert _refusal(long_name) == refusal

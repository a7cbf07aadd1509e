"""Where the content is found, and what is said where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkata.catalog import CONTENT_VARIABLE, ContentNotFoundError, content_root
from perfkata.catalog import content as module
from perfkata.catalog.content import has_file, has_folder
from tests.catalog.conftest import Track


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package without content, in a tree without content."""
    folder = tmp_path / "lib" / "src" / "perfkata"
    folder.mkdir(parents=True)
    monkeypatch.setattr(module, "_PACKAGE_FOLDER", folder)
    monkeypatch.delenv(CONTENT_VARIABLE, raising=False)
    return folder


def test_the_variable_wins(
    package: Path, track: Track, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that the variable names is taken before the package's own."""
    Track(package / "_content")
    monkeypatch.setenv(CONTENT_VARIABLE, str(track.root))
    assert content_root() == track.root


def test_a_relative_variable_becomes_absolute(
    package: Path, track: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The root stays right when the program changes its folder later."""
    monkeypatch.chdir(track.root.parent)
    monkeypatch.setenv(CONTENT_VARIABLE, track.root.name)
    assert content_root() == track.root


def test_an_empty_variable_is_no_variable(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set but empty means not set."""
    packaged = Track(package / "_content").root
    monkeypatch.setenv(CONTENT_VARIABLE, "")
    assert content_root() == packaged


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("roadmap.toml", "roadmap.toml"),
        ("questions", "questions/"),
        (".", "the folder itself"),
    ],
)
def test_a_wrong_variable_is_an_error_that_says_what_is_missing(
    package: Path,
    track: Track,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
    named: str,
) -> None:
    """A variable that is set is never passed over, even if other content is there."""
    Track(package / "_content")
    target = track.root / missing
    target.rename(track.root.parent / "elsewhere")
    monkeypatch.setenv(CONTENT_VARIABLE, str(track.root))
    with pytest.raises(ContentNotFoundError) as caught:
        content_root()
    line = str(caught.value)
    assert CONTENT_VARIABLE in line and named in line and str(track.root) in line
    assert "unset it" in line


def test_a_wheel_brings_its_content(package: Path) -> None:
    """Inside the package, _content is taken before the tree around it."""
    packaged = Track(package / "_content").root
    Track(package.parent.parent)
    assert content_root() == packaged


def test_a_damaged_wheel_is_told(package: Path) -> None:
    """Content that came with the package and is incomplete asks for a reinstall."""
    packaged = Track(package / "_content").root
    (packaged / "roadmap.toml").unlink()
    with pytest.raises(ContentNotFoundError, match=r"roadmap\.toml.*Reinstall"):
        content_root()


def test_a_repository_around_the_package_is_found(package: Path) -> None:
    """Without a wheel's content, the repository of the source file is the root."""
    root = Track(package.parent.parent).root
    assert content_root() == root


def test_the_current_folder_is_never_searched(
    package: Path, track: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standing in a folder with content does not make it the content."""
    monkeypatch.chdir(track.root)
    with pytest.raises(ContentNotFoundError, match=CONTENT_VARIABLE):
        content_root()


def test_what_must_not_be_looked_at_is_not_there() -> None:
    """An error of the system while looking means no file and no folder."""
    unthinkable = Path("x" * 5_000)
    with pytest.raises(OSError, match="too long"):
        unthinkable.stat()
    assert not has_file(unthinkable)
    assert not has_folder(unthinkable)

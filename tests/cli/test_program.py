"""The commands that are shown work as typed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from perfkata.cli.program import VERBS, as_typed, program


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An executable that was called by its path, from the folder above its own."""
    path = tmp_path / "a folder" / "bin" / "perfkata"
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(path)])
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(path.parent.parent)
    return path


def test_on_path_the_name_is_enough(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the shell finds is called by its name."""
    monkeypatch.setenv("PATH", str(script.parent))
    assert program() == "perfkata"


def test_another_program_on_path_is_not_meant(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the shell would find another one, the path is spelled."""
    (tmp_path / "perfkata").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == "bin/perfkata"


def test_a_link_on_path_is_the_same_program(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link to it counts as it."""
    (tmp_path / "perfkata").symlink_to(script)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == "perfkata"


@pytest.mark.parametrize(
    ("current", "spelled"),
    [
        (".", "bin/perfkata"),
        ("bin", "./perfkata"),
        ("bin/deeper", "../perfkata"),
    ],
)
def test_off_path_it_is_spelled_from_the_current_folder(
    script: Path, monkeypatch: pytest.MonkeyPatch, current: str, spelled: str
) -> None:
    """The shorter of the relative and the absolute path is shown, quoted."""
    folder = script.parent.parent / current
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    assert program() == spelled


def test_far_away_it_is_spelled_whole_and_quoted(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder far away, the absolute path is shorter."""
    monkeypatch.chdir("/")
    assert program() == f"'{str(script)[1:]}'"
    assert program(Path("/usr/share/doc/x/y/z/a/b/c")) == f"'{script}'"


def test_as_a_module_the_interpreter_is_spelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Called with -m, it names the interpreter that it runs in."""
    monkeypatch.setattr(sys, "argv", ["/x/perfkata/__main__.py"])
    monkeypatch.chdir(Path(sys.executable).parent)
    assert program() == f"./{Path(sys.executable).name} -m perfkata"


def test_a_folder_on_path_is_no_program(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be run is passed over, as the shell does."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "one" / "perfkata").mkdir()
    (tmp_path / "two" / "perfkata").touch(mode=0o644)
    places = [tmp_path / "one", tmp_path / "two", script.parent]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, places)))
    # Root may run only what somebody may run.
    assert program() == "perfkata"


def test_in_a_deleted_folder_it_is_spelled_as_called(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a current folder nothing can be relative to it."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert str(script) in program()
    os.chdir("/")


def test_commands_in_a_sentence_are_spelled_and_nothing_else(script: Path) -> None:
    """Only the program's name before one of its verbs is a command."""
    text = "Run 'perfkata list', not perfkata; nor .venv/bin/perfkata list."
    expected = "Run 'bin/perfkata list', not perfkata; nor .venv/bin/perfkata list."
    assert as_typed(text) == expected
    for verb in VERBS:
        assert as_typed(f"perfkata {verb} 21") == f"bin/perfkata {verb} 21"

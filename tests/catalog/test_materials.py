"""Chapters and drills: names that may come before the files."""

from __future__ import annotations

from pathlib import Path

from perfkata.catalog import Chapter, Drill


def test_a_chapter_is_here_from_the_moment_it_is_written(tmp_path: Path) -> None:
    """The file is looked for each time, not when the roadmap was read."""
    chapter = Chapter(tmp_path, "03_numbers")
    assert chapter.path == tmp_path / "study_materials" / "03_numbers.md"
    before = chapter.is_here
    chapter.path.parent.mkdir()
    chapter.path.touch()
    assert (before, chapter.is_here) == (False, True)


def test_a_drill_is_found_by_its_slug(tmp_path: Path) -> None:
    """The chapter's number in the folder's name is not part of a drill's name."""
    drill = Drill(tmp_path, "count")
    stages = [drill.folder, drill.is_here]
    folder = tmp_path / "study_materials" / "drills" / "03_count"
    folder.mkdir(parents=True)
    stages += [drill.folder, drill.is_here]
    (folder / "question.md").touch()
    stages += [drill.folder, drill.is_here]
    assert stages == [None, False, None, False, folder, True]
    assert not Drill(tmp_path, "unt").is_here


def test_materials_of_one_name_are_equal_within_their_kind(tmp_path: Path) -> None:
    """Equality is by kind, name and root, and hashing agrees with it."""
    chapter = Chapter(tmp_path, "03_a")
    assert chapter == Chapter(tmp_path, "03_a")
    assert len({chapter, Chapter(tmp_path, "03_a"), Chapter(tmp_path, "04_b")}) == 2
    assert chapter != Chapter(tmp_path / "other", "03_a")
    assert Drill(tmp_path, "a") != Chapter(tmp_path, "a")
    assert repr(chapter) == "Chapter('03_a')"

"""Strict reading: every way in which a file can be wrong is one clear error."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from perfkata.catalog import CatalogError, InvalidContentError, UnreadableFileError
from perfkata.catalog.toml import read
from tests.catalog.conftest import as_toml


class Colour(Enum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in a list."""

    size: Annotated[int, Meta(ge=1, description="Write a whole number from 1.")]
    colour: Colour = Colour.RED


class Cat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="cat"):
    """One of two kinds."""

    lives: int


class Dog(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="dog"):
    """The other kind."""

    bones: int


class Tree(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file with every kind of value."""

    name: str
    leaves: tuple[Leaf, ...] = ()
    span: tuple[int, int] = (0, 1)
    weight: Annotated[float, Meta(gt=0, description="Write kilograms.")] | None = None
    pet: Cat | Dog | None = None
    words: Annotated[tuple[str, ...], Meta(min_length=1)] | None = None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is not there yet."""
    return tmp_path / "tree.toml"


def lines_of(path: Path) -> list[str]:
    """Every problem of the file, as lines."""
    with pytest.raises(CatalogError) as caught:
        read(path, Tree, file="tree.toml")
    error = caught.value
    return [str(problem) for problem in (error, *error.others)]


def test_a_right_file_is_read(path: Path) -> None:
    """All kinds of values come back, absent ones as their defaults."""
    path.write_text(
        'name = "a"\nleaves = [{size = 1}]\npet = {type = "cat", lives = 9}'
    )
    tree = read(path, Tree, file="tree.toml")
    assert tree == Tree("a", leaves=(Leaf(1, Colour.RED),), pet=Cat(9))


def test_a_byte_order_mark_is_no_error(path: Path) -> None:
    """An editor that begins its files with a mark does no harm."""
    path.write_bytes(b'\xef\xbb\xbfname = "a"\r\n')
    assert read(path, Tree, file="tree.toml").name == "a"


def test_a_missing_file_is_told(path: Path) -> None:
    """A file that is not there is missing, in so many words."""
    assert lines_of(path)[0].startswith("tree.toml: is missing.")


def test_a_folder_in_place_of_the_file_is_told(path: Path) -> None:
    """A folder cannot be read."""
    path.mkdir()
    assert "is not a regular file" in lines_of(path)[0]


def test_a_pipe_in_place_of_the_file_is_not_waited_for(path: Path) -> None:
    """A pipe that nobody writes to is an error at once."""
    os.mkfifo(path)
    assert "is not a regular file" in lines_of(path)[0]


def test_a_link_to_itself_is_told(path: Path) -> None:
    """What the system refuses to open is told with the system's reason."""
    path.symlink_to(path)
    assert "cannot be read (" in lines_of(path)[0]


def test_a_file_that_must_not_be_read_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of somebody else's is told with what to do."""
    path.touch()

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert lines_of(path) == [
        "tree.toml: cannot be read (Permission denied). Make it readable for you."
    ]


def test_bytes_that_are_not_utf8_are_told_by_place(path: Path) -> None:
    """The first wrong byte is named with its place."""
    path.write_bytes(b'name = "\xff"')
    assert "is not UTF-8 (byte 8 is 0xff)" in lines_of(path)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name =", "is not TOML"),
        ("name = 1\nspan = =", "line 2"),
        ("name = " + "9" * 5_000, "is not TOML"),
        ("name = " + "[" * 100_000, "too deeply"),
        ('name = "\x1b"', "is not TOML"),
    ],
)
def test_what_is_not_toml_is_told(path: Path, text: str, words: str) -> None:
    """Broken syntax is an error of the file, whatever the parser makes of it."""
    path.write_text(text)
    with pytest.raises(UnreadableFileError, match=words):
        read(path, Tree, file="tree.toml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "tree.toml: name: is missing. docs/content.md says what it holds."),
        (
            "name = 3",
            (
                "tree.toml: name: expected str, got int 3."
                " docs/content.md says what it holds."
            ),
        ),
        (
            'name = "a"\nleaves = [{size = 1}, {size = "x"}]',
            (
                'tree.toml: leaves[1].size: expected int, got str "x".'
                " Write a whole number from 1."
            ),
        ),
        (
            'name = "a"\nleaves = [{size = "3"}]',
            (
                'tree.toml: leaves[0].size: expected int, got str "3".'
                " Write a whole number from 1."
            ),
        ),
        (
            'name = "a"\nleaves = [{size = true}]',
            (
                "tree.toml: leaves[0].size: expected int, got bool True."
                " Write a whole number from 1."
            ),
        ),
        (
            'name = "a"\nleaves = [{size = 0}]',
            (
                "tree.toml: leaves[0].size: expected int >= 1, got int 0."
                " Write a whole number from 1."
            ),
        ),
        (
            'name = "a"\nleaves = [{}]',
            "tree.toml: leaves[0].size: is missing. Write a whole number from 1.",
        ),
        (
            'name = "a"\nleaves = [{size = 1, colour = "read"}]',
            (
                'tree.toml: leaves[0].colour: is no known value, got str "read".'
                " Take one of red, blue."
            ),
        ),
        (
            'name = "a"\nleafs = []',
            "tree.toml: leafs: is no key here. Did you mean 'leaves'?",
        ),
        (
            'name = "a"\n"x\\u001b y" = 1',
            (
                'tree.toml: "x\\x1b y": is no key here. Remove it; the keys here are'
                " name, leaves, span, weight, pet, words."
            ),
        ),
        (
            'name = "a"\nspan = [1]',
            "tree.toml: span: expected 2 items, got 1. Write 2 items.",
        ),
        (
            'name = "a"\nspan = [1, "b"]',
            (
                'tree.toml: span[1]: expected int, got str "b".'
                " docs/content.md says what it holds."
            ),
        ),
        (
            'name = "a"\nweight = nan',
            "tree.toml: weight: expected float > 0.0, got float nan. Write kilograms.",
        ),
        (
            'name = "a"\npet = {type = "cow"}',
            (
                'tree.toml: pet.type: expected one of cat, dog, got str "cow".'
                " Take one of them."
            ),
        ),
        (
            'name = "a"\npet = {lives = 9}',
            (
                "tree.toml: pet.type: expected one of cat, dog, got nothing."
                " Take one of them."
            ),
        ),
        (
            'name = "a"\npet = {type = "dog", lives = 9}',
            "tree.toml: pet.lives: is no key here. Remove it; the keys here are bones.",
        ),
        (
            'name = "a"\npet = "cat"',
            (
                'tree.toml: pet: expected table, got str "cat".'
                " docs/content.md says what it holds."
            ),
        ),
        (
            'name = "a"\nwords = []',
            (
                "tree.toml: words: expected array of length >= 1, got array of 0."
                " docs/content.md says what it holds."
            ),
        ),
        (
            'name = "a"\nwords = ["b", 2020-01-01]',
            (
                "tree.toml: words[1]: expected str, got date 2020-01-01."
                " docs/content.md says what it holds."
            ),
        ),
        (
            "name = " + "9" * 300,
            (
                "tree.toml: name: expected str, got int of 997 bits."
                " docs/content.md says what it holds."
            ),
        ),
        (
            f'name = "a"\nspan = ["{"b" * 100}", 1]',
            (
                f'tree.toml: span[0]: expected int, got str "{"b" * 60}"….'
                " docs/content.md says what it holds."
            ),
        ),
    ],
)
def test_a_breach_of_the_schema_is_told_in_full(
    path: Path, text: str, line: str
) -> None:
    """The first line names the key, what came and the next step."""
    path.write_text(text)
    assert lines_of(path)[0] == line


def test_all_breaches_are_told_at_once(path: Path) -> None:
    """One reading finds every wrong key, in the order of the schema."""
    path.write_text('x = 1\nspan = [1]\nleaves = [{size = "x", y = 1}, 3, {}]')
    keys = [line.split(": ")[1] for line in lines_of(path)]
    assert keys == [
        "x",
        "name",
        "leaves[0].y",
        "leaves[0].size",
        "leaves[1]",
        "leaves[2].size",
        "span",
    ]


class Even(msgspec.Struct, frozen=True):
    """A rule that stands outside of the types."""

    size: int

    def __post_init__(self) -> None:
        if self.size % 2:
            raise ValueError("the size is odd")


def test_a_breach_that_no_type_shows_is_an_error_too(path: Path) -> None:
    """What the walk over the types cannot find is told in msgspec's words."""
    path.write_text("size = 3")
    with pytest.raises(InvalidContentError, match=r"^tree.toml: the size is odd"):
        read(path, Even, file="tree.toml")


plain = st.recursive(
    st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["size", "colour", "type", "z"]), inner)
    ),
    max_leaves=8,
)


@given(st.binary(max_size=200))
def test_noise_is_refused_in_our_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """No bytes make the reader fail in another way than with an error of its own."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    with pytest.raises(CatalogError):
        read(path, Tree, file="tree.toml")


@given(
    st.dictionaries(
        st.sampled_from(["name", "leaves", "span", "weight", "pet", "words", "other"]),
        plain,
    )
)
def test_any_table_is_read_exactly_or_refused_by_key(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, Any]
) -> None:
    """A reader that accepts gives what the file says; one that refuses names a key."""
    path = tmp_path_factory.getbasetemp() / "table.toml"
    path.write_text(as_toml(table), "utf-8")
    try:
        tree = read(path, Tree, file="tree.toml")
    except InvalidContentError as error:
        for problem in (error, *error.others):
            root = problem.key.partition(".")[0].partition("[")[0]
            assert root in {*table, "name"}
            assert problem.hint
    else:
        shown = msgspec.to_builtins(tree)
        assert {key: shown[key] for key in table if key != "leaves"} == {
            key: value for key, value in table.items() if key != "leaves"
        }
        assert len(tree.leaves) == len(table.get("leaves", []))

"""The screen: text from others is shown and never obeyed, and lines fit."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.cli.screen import clean, complain, say, say_code, say_columns
from tests.cli.conftest import printed

_WORDS = st.lists(st.text("abcdefg", min_size=1, max_size=9), min_size=1, max_size=30)


@given(st.text(st.characters(), max_size=60))
def test_no_control_character_is_left(text: str) -> None:
    """Whatever is printed, the terminal is given nothing to obey."""
    kinds = {unicodedata.category(mark) for mark in clean(text) if mark not in "\t\n"}
    assert not kinds & {"Cc", "Cs"}
    assert not set(clean(text)) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069"
    )


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf"]), max_size=60))
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Text of any script that controls nothing comes through as it is."""
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[32mpassed", "\\x1b[32mpassed"),
        ("fail\rpassed", "fail\\rpassed"),
        ("\x9b2J", "\\x9b2J"),
        ("\x07\x00\x7f", "\\x07\\x00\\x7f"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("\ud800", "\\ud800"),
    ],
)
def test_control_characters_are_spelled(text: str, shown: str) -> None:
    """What a terminal would obey is shown as Python would write it."""
    assert clean(text) == shown


@given(_WORDS, st.integers(25, 100), st.integers(0, 8))
def test_paragraphs_fit_the_width(words: list[str], width: int, indent: int) -> None:
    """No line is wider than the console, no word is lost, no blank ends a line."""
    out = printed(width, lambda: say(" ".join(words), indent=indent, marker="- "))
    assert all(len(line) <= width for line in out.splitlines())
    assert out.replace("- ", "", 1).split() == words
    assert all(line == line.rstrip() for line in out.splitlines())


@given(st.text("abc [/bold]", min_size=1, max_size=200), st.integers(20, 60))
def test_code_is_never_wrapped(line: str, width: int) -> None:
    """A line of code stays one line, however narrow the console, and is no markup."""
    out = printed(width, lambda: say_code(line, indent=2))
    assert out == f"  {line}".rstrip() + "\n"


@given(st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=4))
def test_columns_fit_and_align(rows: list[tuple[list[str], list[str]]]) -> None:
    """The flexible column wraps so that rows fit, and cells begin below each other."""
    cells = [("name", " ".join(left + right), "end") for left, right in rows]
    out = printed(50, lambda: say_columns(cells, flexible=1))
    lines = out.splitlines()
    firsts = [line for line in lines if line.startswith("name")]
    assert all(len(line) <= 50 for line in lines)
    assert len(firsts) == len(cells)
    assert len({line.index("end") for line in firsts}) == 1
    words = [word for left, right in rows for word in left + right]
    assert [word for word in out.split() if word not in ("name", "end")] == words


@given(
    st.integers(20, 60), st.integers(1, 30), st.text("abc_", min_size=1, max_size=30)
)
def test_a_cell_is_not_broken_inside_a_word(width: int, label: int, word: str) -> None:
    """A word that fits the console is whole, whatever stands beside it."""
    rows = [("n" * label, f"{word} {word}"), ("n", "short")]
    out = printed(width, lambda: say_columns(rows, flexible=1, indent=4))
    whole = [part for part in out.split() if part == word]
    if len(word) <= width - 4 - 2 - 2:
        assert len(whole) == 2 + (word == "n" * label)
        assert "short" in out.split()
    if label <= width - 4:
        assert max(map(len, out.splitlines())) <= width


def test_only_a_newline_ends_a_line_of_code() -> None:
    """What Python and terminals also take for the end of a line is spelled out."""
    out = printed(40, lambda: say_code("a\rb\x0bc\x85d\n\ne\n", indent=0))
    assert out == "a\\rb\\x0bc\\x85d\n\ne\n"


def test_paragraphs_and_columns_are_cleaned_too() -> None:
    """However text is printed, plain or with a style, nothing in it is obeyed."""
    out = printed(40, lambda: say("\x1b[2J", ("\x07", "bold"), marker="- "))
    assert out == "- \\x1b[2J\\x07\n"
    out = printed(40, lambda: say_columns([("\x1b", "\r"), ("a", "b")], flexible=1))
    assert out == "\\x1b  \\r\na     b\n"


def test_markup_in_texts_of_others_means_nothing() -> None:
    """Square brackets are brackets and emoji codes are colons."""
    out = printed(60, lambda: say("[red]no[/red] :smile:", ("[bold]x", "green")))
    assert out == "[red]no[/red] :smile:[bold]x\n"


def test_a_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What was wrong and what to do stand on one line of standard error."""
    complain("it is \x1b[31mred.", "Paint it.")
    assert capsys.readouterr().err == "perfkata: it is \\x1b[31mred. Paint it.\n"

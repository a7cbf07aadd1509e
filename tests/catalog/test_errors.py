"""Errors of the content: one line each, with where, what and the next step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.catalog import (
    CatalogError,
    ContentNotFoundError,
    InvalidContentError,
    UnknownQuestionError,
    UnreadableFileError,
)
from perfkata.catalog.errors import printable


def test_an_error_says_file_key_message_and_hint_in_this_order() -> None:
    """The line is 'file: key: message. hint'."""
    error = CatalogError("is odd", file="a.toml", key="b[0].c", hint="Make it even.")
    assert str(error) == "a.toml: b[0].c: is odd. Make it even."


def test_an_error_about_no_file_begins_with_its_message() -> None:
    """Where there is no file and no key, no colon stands for them."""
    assert str(CatalogError("nothing", hint="Look.")) == "nothing. Look."
    assert str(CatalogError("odd", file="a", hint="Look.")) == "a: odd. Look."


@given(st.text(), st.text(), st.text(), st.text())
def test_an_error_is_one_printable_line(
    file: str, key: str, message: str, hint: str
) -> None:
    """Whatever its parts hold, an error's line can go to a terminal and a log."""
    line = str(CatalogError(message, file=file, key=key, hint=hint))
    assert line.isprintable()
    line.encode()


@given(st.text())
def test_printable_changes_only_what_is_not_printable(text: str) -> None:
    """Printable characters stay; each other one becomes an escape that names it."""
    escaped = printable(text)
    assert escaped.isprintable()
    if text.isprintable():
        assert escaped == text
    else:
        assert "\\" in escaped


@pytest.mark.parametrize(
    "kind", [ContentNotFoundError, UnreadableFileError, InvalidContentError]
)
def test_every_error_is_a_catalog_error(kind: type[CatalogError]) -> None:
    """One except clause catches all that can be wrong with the content."""
    with pytest.raises(CatalogError, match=r"^f: k: m\. h$"):
        raise kind("m", file="f", key="k", hint="h")


def test_an_unknown_question_keeps_the_nearest_names() -> None:
    """The names that look like the reference can be read by a program too."""
    error = UnknownQuestionError("m", hint="h", nearest=("05_lru_cache",))
    assert isinstance(error, CatalogError)
    assert error.nearest == ("05_lru_cache",)

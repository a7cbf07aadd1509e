"""Tests of what the contract reads off Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.contract.markdown import anchors, blocks, links, sections

TEXT = """\
# A title

See [one](one.md) and ![two](two.png "a picture"), not `[three](three.md)`.

[four]: four.md

## First `part`

~~~python
>>> 1 + 1
2
[five](five.md)
## Inside
~~~

### Deeper

## First part

````
```python
```
````
"""
LINES = st.lists(
    st.sampled_from(
        [
            "# A",
            "## B",
            "```python",
            "```",
            "~~~~",
            "~~~",
            "[a](b)",
            "text",
            "",
            "   ``` x",
        ]
    ),
    max_size=12,
).map("\n".join)


def test_blocks_have_their_language_and_their_line() -> None:
    """Both kinds of fence are read, and a longer fence holds a shorter one."""
    first, second = blocks(TEXT)
    assert (first.language, first.line) == ("python", 10)
    assert first.source.startswith(">>> 1 + 1\n2\n")
    assert (second.language, second.source) == ("", "```python\n```\n")


def test_sections_are_those_of_the_second_order() -> None:
    """Deeper headings belong to them, and headings inside blocks are none."""
    first, second = sections(TEXT)
    assert (first.title, second.title) == ("First `part`", "First part")
    assert "### Deeper" in first.text and "## Inside" in first.text


def test_a_heading_next_to_a_block_is_one() -> None:
    """Only what stands between fences is no heading, and nothing before or after."""
    text = "## Before\n```\n## Inside\n```\n## After\n```\n```\n## Last"
    assert [section.title for section in sections(text)] == ["Before", "After", "Last"]


def test_links_are_found_with_their_lines() -> None:
    """Links, pictures and references count; what stands in code does not."""
    assert links(TEXT) == ((3, "one.md"), (3, "two.png"), (5, "four.md"))


def test_anchors_are_named_as_github_names_them() -> None:
    """Small letters, hyphens for blanks, a number for the second of a name."""
    assert anchors(TEXT) == {"a-title", "first-part", "first-part-1", "deeper"}


@given(LINES)
def test_every_line_is_prose_or_block(text: str) -> None:
    """Nothing of a text is lost: sources of blocks are whole lines of it."""
    lines = text.splitlines()
    for block in blocks(text):
        inside = block.source.splitlines()
        assert lines[block.line - 1 : block.line - 1 + len(inside)] == inside


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """No text is an error, whatever it holds."""
    num_lines = len(text.splitlines())
    assert all(1 <= line <= num_lines for line, _ in links(text))
    assert all(block.line <= num_lines + 1 for block in blocks(text))
    assert len(sections(text)) <= num_lines
    assert len(anchors(text)) <= num_lines


@pytest.mark.parametrize("fence", ["```", "~~~", "`````"])
def test_an_open_block_ends_with_the_text(fence: str) -> None:
    """A fence that nothing closes takes the rest."""
    (block,) = blocks(f"{fence}python\nx = 1\n## Inside")
    assert block.source == "x = 1\n## Inside\n"
    assert sections(f"{fence}python\nx = 1\n## Inside") == ()

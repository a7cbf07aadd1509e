"""What the contract reads off Markdown: headings, code blocks, links. No more of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Block", "Section", "anchors", "blocks", "links", "sections"]

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*")
_INLINE_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?.*")
_INLINE_CODE = re.compile(r"(`+).+?\1")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        language: The first word after the fence, in small letters.
        line: The number of its first line of source, from 1.
        source: What stands in it.
    """

    language: str
    line: int
    source: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second order and the text up to the next of that order."""

    title: str
    text: str


def blocks(text: str) -> tuple[Block, ...]:
    """Return the fenced blocks of a text, in order; an open one ends with the text."""
    return tuple(_scanned(text)[1])


def sections(text: str) -> tuple[Section, ...]:
    """Return the sections below the headings ``##``, in order."""
    in_prose = {number for number, _ in _scanned(text)[0]}
    found: list[tuple[str, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        heading = _HEADING.fullmatch(line) if number in in_prose else None
        if heading is not None and len(heading[1]) == 2:
            found.append((heading[2], []))
        elif found:
            found[-1][1].append(line)
    return tuple(Section(title, "\n".join(lines)) for title, lines in found)


def links(text: str) -> tuple[tuple[int, str], ...]:
    """Return the targets of all links and pictures, with their lines."""
    found: list[tuple[int, str]] = []
    for number, line in _scanned(text)[0]:
        reference = _REFERENCE.fullmatch(line)
        if reference is not None:
            found.append((number, reference[1]))
        without_code = _INLINE_CODE.sub("", line)
        found += [(number, target) for target in _INLINE_LINK.findall(without_code)]
    return tuple(found)


def anchors(text: str) -> frozenset[str]:
    """Return the names under which headings can be linked to, as GitHub makes them."""
    found: set[str] = set()
    for _, line in _scanned(text)[0]:
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            kept = re.sub(r"[^\w\- ]", "", heading[2].lower())
            name = kept.replace(" ", "-")
            found.add(name if name not in found else f"{name}-1")
    return frozenset(found)


def _scanned(text: str) -> tuple[list[tuple[int, str]], list[Block]]:
    """Part a text into numbered lines of prose, and blocks."""
    prose: list[tuple[int, str]] = []
    found: list[Block] = []
    lines: Iterator[tuple[int, str]] = enumerate(text.splitlines(), 1)
    for number, line in lines:
        fence = _FENCE.fullmatch(line)
        if fence is None:
            prose.append((number, line))
            continue
        inside: list[str] = []
        for _, inner in lines:
            closing = inner.strip()
            if closing.startswith(fence[1]) and not closing.strip(fence[1][0]):
                break
            inside.append(inner)
        source = "".join(f"{inner}\n" for inner in inside)
        found.append(Block(fence[2].lower(), number + 1, source))
    return prose, found

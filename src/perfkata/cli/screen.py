"""What the person sees: one console for all output, and text from others made safe.

Text that a submission printed, raised or named is data. `clean` makes its control
characters visible, since a terminal obeys them (clear the screen, paint a false
"passed", write to the clipboard), and it is never read as markup.

Colour follows ``NO_COLOR``, ``FORCE_COLOR``, ``TERM=dumb`` and whether the output is a
terminal; the width follows the terminal, or ``COLUMNS``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from perfkata.cli.program import as_typed

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.text import Text

__all__ = [
    "Part",
    "can_show",
    "clean",
    "complain",
    "console",
    "lines_of",
    "say",
    "say_code",
    "say_columns",
    "say_command",
    "say_line",
    "styled",
    "times_sign",
]

Part = str | tuple[str, str]

# Narrower than this, wrapping would only shred words.
_MIN_WIDTH = 12
_GAP = 2
_TIMES = "\N{MULTIPLICATION SIGN}"

# C0 without tab and newline, DEL, C1, lone surrogates, and what turns the direction
# of writing, which can show code in another order than it runs.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def clean(text: str) -> str:
    r"""Return a text whose control characters are spelled out.

    Example:
        >>> clean("\x1b[2Jpassed\r\n")
        '\\x1b[2Jpassed\n'
    """
    return _UNSAFE.sub(_spell, text.replace("\r\n", "\n"))


def _spell(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")


@cache
def console() -> Console:
    """Return the console that everything on standard output goes through."""
    from rich.console import Console

    class QuietOnBrokenPipe(Console):
        def on_broken_pipe(self) -> None:
            # Rich would exit with 1, which here means "graded, and not passed".
            raise BrokenPipeError

    # Rich leaves bold text to NO_COLOR; without escape codes nobody is surprised.
    return QuietOnBrokenPipe(
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )


def can_show(text: str) -> bool:
    """Whether the output's encoding has all characters of a text."""
    try:
        text.encode(console().encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def times_sign() -> str:
    """Return what stands between a factor and what it multiplies."""
    return _TIMES if can_show(_TIMES) else "x"


def styled(*parts: Part) -> Text:
    """Return a text of cleaned parts, each plain or with a style."""
    from rich.text import Text

    return Text.assemble(
        *(
            clean(part) if isinstance(part, str) else (clean(part[0]), part[1])
            for part in parts
        )
    )


def say(*parts: Part, indent: int = 0, marker: str = "") -> None:
    """Print a paragraph, wrapped at words to the width of the console.

    Args:
        parts: Texts, each plain or with a style.
        indent: Columns before every line.
        marker: What stands before the first line; the others align behind it.
    """
    width = max(console().width - indent - len(marker), _MIN_WIDTH)
    for number, line in enumerate(_wrapped(styled(*parts), width)):
        margin = " " * indent + (marker if number == 0 else " " * len(marker))
        _print(margin, line)


def say_columns(rows: Sequence[Sequence[Part]], flexible: int, indent: int = 0) -> None:
    """Print rows whose cells align; one column wraps so that they fit.

    A word that its column would break is put on lines below its row, and where the
    other columns leave no room at all, so is every cell.

    Args:
        rows: Of equal length.
        flexible: The index of the column that gives way.
        indent: Columns before every line.
    """
    cells = [[styled(part) for part in row] for row in rows]
    widths = [
        max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)
    ]
    gaps = _GAP * (len(widths) - 1)
    rigid = sum(widths) - widths[flexible]
    room = console().width - indent - gaps - rigid
    widths[flexible] = min(widths[flexible], room)
    for row in cells:
        if room < _MIN_WIDTH and widths[flexible] == room:
            _print_stacked(row, indent)
            continue
        below = styled("")
        if _longest_word(row[flexible]) > widths[flexible]:
            below, row[flexible] = row[flexible], below
        columns = [
            _wrapped(cell, width) for cell, width in zip(row, widths, strict=True)
        ]
        for lines in zip_longest(*columns):
            _print(" " * indent, _aligned(lines, widths))
        if below.plain:
            _print_stacked([below], indent + _GAP)


def _print_stacked(cells: Sequence[Text], indent: int) -> None:
    """Print cells one below the other, the first as their heading."""
    for position, cell in enumerate(cells):
        margin = " " * (indent + (_GAP if position else 0))
        width = max(console().width - len(margin), _MIN_WIDTH)
        for line in _wrapped(cell, width) if cell.plain else ():
            _print(margin, line)


def _longest_word(text: Text) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, text.plain.split()), default=0)


def _aligned(lines: Sequence[Text | None], widths: Sequence[int]) -> Text:
    joined = styled("")
    column = 0
    for line, width in zip(lines, widths, strict=True):
        if line is not None and line.plain:
            joined.append(" " * (column - joined.cell_len)).append_text(line)
        column += width + _GAP
    return joined


def _wrapped(text: Text, width: int) -> Sequence[Text]:
    return list(text.wrap(console(), width)) or [text]


def _print(margin: str, line: Text) -> None:
    from rich.text import Text

    line.rstrip()
    shown = Text(margin).append_text(line) if line.plain else line
    console().print(shown, soft_wrap=True)


def say_line(*parts: Part) -> None:
    """Print parts on one line, however long."""
    _print("", styled(*parts))


def say_code(text: str, indent: int = 4, style: str = "") -> None:
    """Print lines as they are, never wrapped, so that they can be copied."""
    for line in lines_of(text):
        _print(" " * indent, styled((line, style)))


def lines_of(text: str) -> list[str]:
    r"""Split a text at its newlines, and at nothing else that may end a line.

    Example:
        >>> lines_of("one\rtwo\n\nthree\r\n")
        ['one\rtwo', '', 'three']
    """
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def say_command(command: str, start: Path | None = None) -> None:
    """Print a command of ours on a line of its own, spelled so that it works.

    Args:
        command: As it would be where the program is on PATH.
        start: The folder that the person will be in, if not the current one.
    """
    say_code(as_typed(command, start), style="bold cyan")


def complain(message: str, hint: str = "") -> None:
    """Say on standard error what was wrong and what to do next."""
    text = f"{message} {hint}".strip()
    # Where standard error cannot be written, the exit code has to do.
    with suppress(OSError):
        sys.stderr.write(f"perfkata: {as_typed(clean(text))}\n")
        sys.stderr.flush()

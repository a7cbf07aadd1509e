"""How the person calls this program, so that a command we print works as typed.

``perfkata`` if that is what their shell would find; else the script's own path as seen
from the current folder, such as ``.venv/bin/perfkata``; else ``python -m perfkata``
with the interpreter spelled likewise.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

__all__ = ["VERBS", "as_typed", "program"]

VERBS = (
    "roadmap",
    "list",
    "show",
    "start",
    "test",
    "grade",
    "count",
    "doctor",
    "new",
    "check",
)
_OUR_COMMAND = re.compile(rf"(?<![\w/.-])perfkata(?= (?:{'|'.join(VERBS)}|--help)\b)")


def program(start: Path | None = None) -> str:
    """Spell this program for the person's shell.

    Args:
        start: The folder that they will be in; the current one if there is none.

    Example:
        >>> program() != ""
        True
    """
    script = Path(sys.argv[0])
    if script.name == "__main__.py":
        return f"{_spelled(Path(sys.executable), start)} -m perfkata"
    found = shutil.which("perfkata")
    if found is not None and _is_same_file(Path(found), script):
        return "perfkata"
    return _spelled(script, start)


def as_typed(text: str, start: Path | None = None) -> str:
    """Spell every ``perfkata VERB`` in a text as `program` does."""
    spelled = program(start)
    return _OUR_COMMAND.sub(lambda _: spelled, text)


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _spelled(path: Path, start: Path | None) -> str:
    """Spell a path from a folder if that is shorter; a link stays a link."""
    try:
        absolute = str(path.absolute())
        relative = os.path.relpath(absolute, start)
    except FileNotFoundError:
        # The current folder was deleted; nothing can be spelled from it.
        return shlex.quote(str(path))
    # A bare name would be looked up on PATH and not here.
    if os.sep not in relative:
        relative = f"{os.curdir}{os.sep}{relative}"
    return shlex.quote(min(relative, absolute, key=len))

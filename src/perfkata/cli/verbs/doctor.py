"""``perfkata doctor``: whether this machine can give a grade that counts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from perfkata.cli.program import as_typed
from perfkata.cli.progress import Progress
from perfkata.cli.screen import Part, say, say_columns
from perfkata.cli.verb import require_known_layer, verb

if TYPE_CHECKING:
    from perfkata.judge.doctor import Finding

__all__ = ["command"]

_MARKS: dict[bool | None, Part] = {
    True: ("good", "green"),
    False: ("bad", "bold red"),
    None: ("-", "dim"),
}


@verb("perfkata doctor", name="doctor")
def command() -> int:
    """Look at what grading needs: the sandbox, the limits, the clock, your folders.

    Exit code 0 means that nothing is amiss, 1 that something is; each line that is
    not good says what to do.
    """
    from perfkata.judge.doctor import examine

    require_known_layer()
    with Progress().running() as progress:
        progress.show("looking at this machine")
        findings = [*examine(), _workspaces()]
    say_columns(
        [
            (_MARKS[finding.is_good], (finding.name, "bold"), as_typed(finding.detail))
            for finding in findings
        ],
        flexible=2,
    )
    for finding in findings:
        if finding.advice and finding.is_good is not True:
            say()
            say((finding.name, "bold"), f": {as_typed(finding.advice)}")
    return int(any(finding.is_good is False for finding in findings))


def _workspaces() -> Finding:
    """Say whether workspaces can be made where they would be."""
    from perfkata.judge.doctor import Finding
    from perfkata.learner.workspace import WorkspaceError, workspaces_root

    try:
        root = workspaces_root(os.environ)
    except WorkspaceError as error:
        return Finding("workspaces", False, "no place for them", str(error))
    existing = next(folder for folder in (root, *root.parents) if folder.exists())
    is_good = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    advice = f"{existing} cannot be written. Set PERFKATA_WORKSPACES to another folder."
    return Finding("workspaces", is_good, str(root), "" if is_good else advice)

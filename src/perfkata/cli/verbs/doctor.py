"""``perfkata doctor``: whether this machine can give a grade that counts.

With ``--noise``: how small a difference in cost it can tell, from a comparison of a
program with itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from perfkata.cli.program import as_typed
from perfkata.cli.progress import Progress
from perfkata.cli.screen import Part, say, say_columns
from perfkata.cli.verb import require_known_layer, verb

if TYPE_CHECKING:
    from perfkata.judge.doctor import Finding
    from perfkata.judge.noise import Noise

__all__ = ["command", "noise_findings"]

# The narrowest bar that a question may have asks for a tenth.
_LARGEST_GOOD_DIFFERENCE = 0.1
_LARGEST_GOOD_SHARE = 0.1
_MARKS: dict[bool | None, Part] = {
    True: ("good", "green"),
    False: ("bad", "bold red"),
    None: ("-", "dim"),
}


@verb("perfkata doctor", "perfkata doctor --noise", name="doctor")
@click.option(
    "--noise", is_flag=True, help="Measure what differences in cost can be told here."
)
def command(noise: bool) -> int:
    """Look at what grading needs: the sandbox, the limits, the clock, your folders.

    Exit code 0 means that nothing is amiss, 1 that something is; each line that is
    not good says what to do.
    """
    require_known_layer()
    with Progress().running() as progress:
        progress.show("looking at this machine")
        findings = _noise(progress) if noise else _machine()
    _show(findings)
    return int(any(finding.is_good is False for finding in findings))


def _machine() -> list[Finding]:
    from perfkata.judge.doctor import examine

    return [*examine(), _workspaces()]


def _noise(progress: Progress) -> list[Finding]:
    from perfkata.judge.noise import examine_noise

    return list(noise_findings(examine_noise(progress.detail)))


def _show(findings: list[Finding]) -> None:
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


def noise_findings(noise: Noise) -> Iterator[Finding]:
    """Say what a comparison of a program with itself shows of this machine."""
    from perfkata.judge.doctor import Finding

    smallest = noise.smallest_difference
    yield Finding(
        "difference",
        smallest < _LARGEST_GOOD_DIFFERENCE,
        f"costs that are {smallest:.1%} apart can be told apart",
        "Close other programs, wait until the machine has cooled, try again; until"
        " then measures end undecided near a bar.",
    )
    yield Finding(
        "comparison",
        noise.low <= 1 <= noise.high,
        f"a program costs {noise.low:.3f} to {noise.high:.3f} of itself, and 1 is"
        f" right; {noise.num_pairs} pairs of processes, {noise.spread:.1%} apart",
        "Something favours one of two equal programs; once in a hundred times it is"
        " chance. Try again.",
    )
    yield Finding(
        "addresses",
        noise.is_layout_fixed or None,
        "the same for every process"
        if noise.is_layout_fixed
        else "the system gives each process others, which moves costs",
        "Measures take more pairs of processes to make up for that.",
    )
    yield Finding(
        "processor",
        noise.is_pinned or None,
        "one for both sides"
        if noise.is_pinned
        else "the system moves processes from one to another",
        "Nothing is wrong, but intervals are wider than they could be.",
    )
    yield Finding(
        "other programs",
        noise.disturbed_share < _LARGEST_GOOD_SHARE or None,
        f"disturbed {noise.disturbed_share:.0%} of the windows",
        "Close what keeps the processor busy.",
    )
    yield Finding("clock", None, noise.clock)


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

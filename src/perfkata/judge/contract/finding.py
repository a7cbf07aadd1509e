"""A finding: one rule of the contract, looked at in one place, kept or broken."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found where a rule was looked at.

    Attributes:
        is_good: Whether the rule is kept.
        what: What was found, a phrase without a full stop.
        where: The file or folder, as ``21_exclusive_time/interviewer/hints.md``.
        advice: What to do about it; empty if the rule is kept.
    """

    is_good: bool
    what: str
    where: str
    advice: str = ""

    def __str__(self) -> str:
        advice = f". {self.advice}" if self.advice else ""
        return f"{self.where}: {self.what}{advice}"

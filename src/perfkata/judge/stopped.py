"""What ends a case without its answers: a limit, a death, a breach."""

from __future__ import annotations

from perfkata.judge.report import LevelVerdict

__all__ = ["StoppedError", "WaitedError"]


class StoppedError(Exception):
    """A case ended without its answers.

    Attributes:
        verdict: What stopped it.
        message: The same as a sentence.
    """

    def __init__(self, verdict: LevelVerdict, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message


class WaitedError(StoppedError):
    """It was waited for, and did nothing."""

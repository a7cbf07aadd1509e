"""What goes wrong on our side, in one line each.

JudgeError           the judge cannot do its work: exit code 3
├── SandboxError     no worker starts in the layer that was asked for
└── GraderError      the question's grader is wrong, not the submission
"""

from __future__ import annotations

__all__ = ["GraderError", "JudgeError", "SandboxError"]


class JudgeError(Exception):
    """Our own fault: what failed, and what to do about it.

    Attributes:
        message: What failed, with the thing by name.
        hint: What to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SandboxError(JudgeError):
    """No worker starts."""


class GraderError(JudgeError):
    """A question's grader breaks the rules of its language."""

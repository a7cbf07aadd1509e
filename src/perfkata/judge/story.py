"""What a case did until it failed, as a reproduction needs to know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from perfkata.judge.conversation import Callback
from perfkata.judge.literals import Sources
from perfkata.judge.steps import CaseFailedError, Event
from perfkata.judge.surroundings import Surroundings

__all__ = ["Allowed", "Handed", "Story"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the call that failed was allowed.

    Attributes:
        cpu_s: CPU time.
        wait_s: Time without any work.
        memory_bytes: Private memory of its process.
        output_bytes: What it may print.
    """

    cpu_s: float
    wait_s: float
    memory_bytes: int
    output_bytes: int


# A function and the process in which it was handed over, counted from 0.
Handed = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Story:
    """What is told.

    Attributes:
        events: What the case did, in order; the last is what failed. There is none if
            the submission ended before it was asked.
        failed: How it failed.
        sources: Values that are written as expressions, by id.
        allowed: What the call that failed was allowed.
        module: The graded file's name without its ending.
        names: What the case calls objects of both sides, by their ids.
        answers: What it calls answers, by how many events led to them.
        returned: The answers, by how many events led to them.
        functions: What was handed over as a function, with what it used then, by id
            and process.
        callbacks: What the submission asked of the case's things.
        has_files: Whether it ran in a folder of its own.
    """

    events: tuple[Event, ...]
    failed: CaseFailedError
    sources: Sources
    allowed: Allowed
    module: str = "solution"
    names: dict[int, tuple[object, str]] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    returned: dict[int, Any] = field(default_factory=dict)
    functions: dict[Handed, tuple[FunctionType, Surroundings]] = field(
        default_factory=dict
    )
    callbacks: tuple[Callback, ...] = ()
    has_files: bool = False

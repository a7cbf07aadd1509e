"""What a call of the submission answered, decoded from bytes that nobody believes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from perfkata.judge.wire import Bounds, Handles, WireError, decode

__all__ = [
    "MAX_NAMES",
    "MAX_NAME_CHARACTERS",
    "Answer",
    "Raised",
    "Returned",
    "Unsendable",
    "decode_answer",
    "described_exception",
]

# The worker cuts its texts too, but nobody believes it.
MAX_NAME_CHARACTERS = 200
MAX_NAMES = 1_000
_MAX_TEXT_CHARACTERS = 2_000
_MAX_TRACEBACK_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True)
class Returned:
    """A call returned; `inputs` are its arguments afterwards, if they were kept."""

    value: Any
    inputs: Any = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A call raised; all of it is the submission's own word."""

    type_name: str
    bases: tuple[str, ...]
    text: str
    traceback: str
    inputs: Any = None


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A call returned what does not fit through the wire."""

    why: str


Answer = Returned | Raised | Unsendable


def decode_answer(
    payload: bytes,
    bounds: Bounds,
    records: Mapping[str, type],
    handles: Handles | None = None,
) -> Answer:
    """Decode an answer within the bounds; `worker` says how one is written.

    Raises:
        WireError: It is none.
    """
    kind = payload[:1]
    value = decode(payload[1:], bounds, records, handles)
    if kind == b"v":
        return Returned(value)
    if kind == b"r":
        return described_exception(value)
    if kind == b"u" and type(value) is str:
        return Unsendable(value[:_MAX_TEXT_CHARACTERS])
    if kind == b"i":
        match value:
            case (returned, inputs):
                return Returned(returned, inputs)
    if kind == b"j":
        match value:
            case (described, inputs):
                return described_exception(described, inputs)
    raise WireError("an answer of no known kind")


def described_exception(described: Any, inputs: Any = None) -> Raised:
    """Return the exception that a worker described, its texts cut.

    Raises:
        WireError: It is none.
    """
    match described:
        case (str(name), list(bases), str(text), str(shown)):
            known = tuple(base for base in bases[:MAX_NAMES] if type(base) is str)
            text, shown = text[:_MAX_TEXT_CHARACTERS], shown[:_MAX_TRACEBACK_CHARACTERS]
            return Raised(name[:MAX_NAME_CHARACTERS], known, text, shown, inputs)
    raise WireError("an exception that is none")

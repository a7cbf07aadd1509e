"""The kinds of values that the content's keys hold, each with its description.

A description says in one sentence what belongs there. It is the next step that an
error gives, so it is written as an order.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

__all__ = [
    "ActivityId",
    "ChapterName",
    "Day",
    "Dotted",
    "Identifier",
    "Minutes",
    "Points",
    "Positive",
    "QuestionNumber",
    "Size",
    "Slug",
    "Span",
    "Text",
    "Tier",
    "Url",
]

Text = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=1_000,
        pattern=r"\A\S(?:[^\r\n]*\S)?\Z",
        description="Write one line of text, without blanks around it.",
    ),
]
Slug = Annotated[
    str,
    Meta(
        max_length=40,
        pattern=r"\A[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z",
        description="Write small letters and digits, words joined by underscores.",
    ),
]
ActivityId = Annotated[
    str,
    Meta(
        max_length=60,
        pattern=r"\A[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z",
        description="Write small letters and digits, words joined by hyphens.",
    ),
]
ChapterName = Annotated[
    str,
    Meta(
        max_length=60,
        pattern=r"\A[0-9]{2}(?:_[a-z0-9]+)+\Z",
    ),
]
QuestionNumber = Annotated[
    str,
    Meta(
        pattern=r"\A[0-9]{2}\Z",
        description='Write the question\'s two digits in quotes, as in "05".',
    ),
]
Identifier = Annotated[
    str,
    Meta(
        max_length=60,
        pattern=r"\A[A-Za-z_][A-Za-z0-9_]*\Z",
        description="Write a name as Python allows it.",
    ),
]
Dotted = Annotated[
    str,
    Meta(
        max_length=100,
        pattern=r"\A[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\Z",
        description="Write a module, or a name in it, as in 'functools.lru_cache'.",
    ),
]
Url = Annotated[
    str,
    Meta(
        max_length=300,
        pattern=r"\Ahttps?://[!-~]+\Z",
        description="Write the whole address, from https:// on.",
    ),
]
Points = Annotated[
    int, Meta(ge=1, le=100, description="Write a whole number from 1 to 100.")
]
Positive = Annotated[
    int, Meta(ge=1, le=1_000_000, description="Write a whole number from 1 on.")
]
Size = Annotated[
    int, Meta(ge=1, le=10**9, description="Write a whole number from 1 to a billion.")
]
Tier = Annotated[int, Meta(ge=1, le=9, description="Write a tier's number, 1 to 9.")]
Day = Annotated[int, Meta(ge=1, le=7, description="Write a day of the week, 1 to 7.")]
Minutes = Annotated[
    int, Meta(ge=1, le=1_440, description="Write minutes, from 1 to 1,440.")
]
Span = Annotated[
    tuple[Minutes, Minutes],
    Meta(description="Write [shortest, longest] in minutes, as in [45, 60]."),
]

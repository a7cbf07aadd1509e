"""What a question begins as: a small exercise that is whole but for its decisions.

Its files run and pass lint and types, so that each shows how such a file is written.
What a person has to decide is left empty, and ``perfkata check`` names all of it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from string import Template

__all__ = ["skeleton"]


def skeleton(
    title: str, number: str, difficulties: Sequence[str], topics: Sequence[str]
) -> dict[str, str]:
    """Return the files of a new question, by their paths in its folder.

    Args:
        title: Its name for people.
        number: Its two digits.
        difficulties: What its difficulty can be.
        topics: Topics of the roadmap; empty if they are not known.
    """
    values = {
        "title": title,
        "number": number,
        "difficulties": _choice(difficulties),
        "topics": _choice(topics) if topics else "# Ids of topics of the roadmap.",
    }
    return {name: Template(text).substitute(values) for name, text in _FILES.items()}


def _choice(names: Sequence[str]) -> str:
    """Write a comment that says what there is to choose from."""
    return textwrap.fill(
        f"Of {', '.join(names)}.",
        88,
        initial_indent="# ",
        subsequent_indent="# ",
        break_on_hyphens=False,
    )


_FACTS = """\
# What is empty is yours to decide. Every key is explained in docs/content.md.
title = "$title"
$difficulties
difficulty = ""
# The field that it belongs to, as lists show it.
category = ""
# What limits the performance of an answer: a phrase, not a sentence.
limited_by = ""
# What to know before; at least one.
prerequisites = []
# [shortest, longest]
minutes = []
$topics
topics = []
size_of = "numbers"

[[levels]]
number = 1
title = "Lists that show one thing each"
points = 50
keeps_inputs = true

[[levels]]
number = 2
title = "Random lists"
points = 50
keeps_inputs = true

# A [[measures]] with its [[measures.bars]] takes some of the 100 points.
"""

_STATEMENT = """\
# $title

Write `running_totals(numbers: list[int]) -> list[int]`. At each index of the list that
it returns stands the sum of all numbers up to that index, with the number there.

- The list may be empty, and numbers may be negative.
- Leave `numbers` as it is.

```python
>>> running_totals([3, 1, -2])
[3, 4, 2]
```

## Levels

| Level | What is asked | Points |
| --- | --- | --- |
| 1 | Lists that show one thing each | 50 |
| 2 | Random lists | 50 |
"""

_STARTER = '''\
"""Add up a list, number by number."""

from __future__ import annotations

__all__ = ["running_totals"]


def running_totals(numbers: list[int]) -> list[int]:
    """Return the sum up to each number, that number included."""
    raise NotImplementedError
'''

_EXAMPLES = '''\
"""Examples of question $number; add your own."""

from __future__ import annotations

from solution import running_totals


def test_each_number_is_added() -> None:
    """The total goes down again with a negative number."""
    assert running_totals([3, 1, -2]) == [3, 4, 2]
'''

_GRADER = '''\
"""The grader of question $number."""

from __future__ import annotations

import itertools

from perfkata.judge.grading import Draw, Solution, Step, call, generated, level

_MAX_NUMBER = 1_000


@level(1)
def no_number(solution: Solution) -> None:
    """Without numbers there are no totals."""
    assert solution.running_totals([]) == []


@level(1)
def several_numbers(solution: Solution) -> None:
    """Each number counts where it stands, and so does a negative one."""
    assert solution.running_totals([3, 1, -2]) == [3, 4, 2]


@generated(2, count=200)
def any_numbers(draw: Draw) -> list[Step]:
    """Random lists against the totals of the standard library."""
    size = draw.size(0, 64)
    numbers = [draw.integer(-_MAX_NUMBER, _MAX_NUMBER) for _ in range(size)]
    totals = list(itertools.accumulate(numbers))
    return [call("running_totals", numbers).gives(totals)]
'''

_RUNG = '''\
"""Running totals as they are defined: a sum for each index.

Cost: O(numbers²) time.
"""

from __future__ import annotations

__all__ = ["running_totals"]


def running_totals(numbers: list[int]) -> list[int]:
    """Return the sum up to each number, that number included."""
    return [sum(numbers[: index + 1]) for index in range(len(numbers))]
'''

_WRONG = '''\
"""Adds up what stands before each number, and leaves out the number itself.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

__all__ = ["running_totals"]


def running_totals(numbers: list[int]) -> list[int]:
    """Return the sum up to each number."""
    return [sum(numbers[:index]) for index in range(len(numbers))]
'''

_HINTS = """\
# Hints

## Level 1

1.
2.
3.

## Level 2

1.
2.
3.
"""

_FOLLOWUPS = """\
# Follow-ups

## What if the numbers never end?

**Strong answer.**

**Red flags.**

**Ask next.**
"""

_RUBRIC = """\
# Rubric

| Grade | Criteria |
| --- | --- |
| No Hire | |
| Leaning No Hire | |
| Leaning Hire | |
| Hire | |
| Strong Hire | |
"""

_FILES = {
    "question.toml": _FACTS,
    "question.md": _STATEMENT,
    "starter.py": _STARTER,
    "examples.py": _EXAMPLES,
    "interviewer/grader.py": _GRADER,
    "interviewer/rungs/1_sum_for_each.py": _RUNG,
    "interviewer/wrong/number_left_out.py": _WRONG,
    "interviewer/hints.md": _HINTS,
    "interviewer/followups.md": _FOLLOWUPS,
    "interviewer/rubric.md": _RUBRIC,
}

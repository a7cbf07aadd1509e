"""Why a submission is slow, told from counts of what it does.

Both the submission and the model answer make the same call of a known size, and what
they do is counted (see `profile`). A cause is a predicate on those counts. It names a
kind only where the counts alone show it, and is silent otherwise:

- *often* and *long* are at least a tenth of the size each. What is often and long costs
  the square of the size, so that no constant factor is taken for it;
- the model answer must do ten times less of it.

Of several causes the one that should take the most time is named. Where none is known,
the line where most time goes is all there is to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perfkata.judge.profile import CallCount, Profile, Work, WorkKind
from perfkata.judge.report import Cause, encodable

__all__ = ["KINDS", "find_cause"]

# "Often" and "long" are the size over this, and "more" is as many times more.
_TENTH = 10
# A line in a loop within the loop runs for this part of the size, at each unit of it.
_LOOPS = 25
# So many more calls than the model answer's, and so many for each unit of the size.
_MANY_CALLS = 3
# To look a pattern up takes about as long as ten lines: at so few, a tenth of the time.
_LINES_PER_PATTERN = 100
_MAX_SOURCE_CHARACTERS = 160

_WORK_KINDS = {
    WorkKind.FRONT: "front of a list",
    WorkKind.MIDDLE: "middle of a list",
    WorkKind.SCANS: "scan of a list",
    WorkKind.COPIES: "copies",
    WorkKind.FIRST: "rescans deleted slots",
}
# What must be often and long as well. A deleted entry of a dict stays an empty slot
# until the dict is made anew, and whoever seeks the first entry passes all before it.
_NEEDED = {WorkKind.FIRST: WorkKind.DELETED}
_LOOP = "loop within the loop"
_COMPILED = "compiled again"
_CALLS = "calls"
KINDS = (*_WORK_KINDS.values(), _LOOP, _COMPILED, _CALLS)
# About what one item, or one more run of a line, takes: only to say what is more.
_ITEM_NS = {
    WorkKind.FRONT: 0.3,
    WorkKind.MIDDLE: 0.3,
    WorkKind.SCANS: 10.0,
    WorkKind.COPIES: 2.0,
    WorkKind.FIRST: 0.2,
}
_LINE_NS = 30.0
_PATTERN_FUNCTIONS = frozenset(
    f"re.{name}"
    for name in (
        *("compile", "match", "fullmatch", "search", "split"),
        *("findall", "finditer", "sub", "subn"),
    )
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A cause that the counts show.

    Attributes:
        kind: What it is called.
        line: Where it is most.
        sentence: What is done there, with its counts.
        cost_ns: About what it takes.
    """

    kind: str
    line: int
    sentence: str
    cost_ns: float


def find_cause(
    profile: Profile, model: Profile, size: int, source_lines: Sequence[str]
) -> Cause:
    """Say why a call costs more than the model answer's.

    Args:
        profile: What the submission did.
        model: What the model answer did in the same call.
        size: The size of the call.
        source_lines: The lines of the submission.

    Returns:
        The cause, its kind None if none is known.
    """
    found = [*_found_work(profile, model, size), *_found_loop(profile, model, size)]
    cause = max(found, key=lambda found: found.cost_ns, default=None)
    cause = cause or _found_pattern(profile, model, size)
    cause = cause or _found_calls(profile, model, size)
    if cause is None or cause.line > len(source_lines):
        return _hottest(profile, size, source_lines)
    source = _shown(source_lines[cause.line - 1])
    sentence = cause.sentence + _ending(profile)
    return Cause(cause.kind, sentence, cause.line, source, size)


def _ending(profile: Profile) -> str:
    return "" if profile.is_complete else " Counting was stopped before the end."


def _shown(line: str) -> str:
    return encodable(line.strip())[:_MAX_SOURCE_CHARACTERS]


def _hottest(profile: Profile, size: int, source_lines: Sequence[str]) -> Cause:
    lines = [line for line in profile.lines if line.line <= len(source_lines)]
    hottest = max(lines, key=lambda line: line.nanoseconds, default=None)
    if hottest is None:
        return Cause(None, "No cause found.", None, None, size)
    whole_ns = sum(line.nanoseconds for line in lines)
    share = hottest.nanoseconds / max(whole_ns, 1)
    sentence = f"No cause found; most time goes into line {hottest.line}, {share:.0%}."
    source = _shown(source_lines[hottest.line - 1])
    return Cause(None, sentence + _ending(profile), hottest.line, source, size)


def _found_work(profile: Profile, model: Profile, size: int) -> Iterator[_Found]:
    """Yield what is done often with many items at once."""
    for kind, name in _WORK_KINDS.items():
        rows = _often(profile, kind, size)
        num_items = sum(row.num_items for row in rows)
        model_items = sum(row.num_items for row in model.work if row.kind is kind)
        has_needed = bool(_often(profile, _NEEDED.get(kind, kind), size))
        if rows and has_needed and num_items >= _TENTH * model_items:
            most = max(rows, key=lambda row: row.num_items)
            cost_ns = num_items * _ITEM_NS[kind]
            yield _Found(name, most.line, _work_in_words(most), cost_ns)


def _often(profile: Profile, kind: WorkKind, size: int) -> list[Work]:
    """Return the rows of a kind that are long, if together they are often."""
    rows = [row for row in profile.work if row.kind is kind and _is_long(row, size)]
    return rows if sum(row.times for row in rows) * _TENTH >= size else []


def _is_long(row: Work, size: int) -> bool:
    return row.num_items * _TENTH >= row.times * size


def _work_in_words(row: Work) -> str:
    start, times = f"Line {row.line}", f"{row.times:,} times"
    mean = f"{row.num_items / row.times:,.0f}"
    if row.kind is WorkKind.SCANS:
        return (
            f"{start} goes through a list {times} ({row.name}) and looks at {mean}"
            " items each time on average."
        )
    if row.kind is WorkKind.COPIES:
        return f"{start} makes a copy {times} ({row.name}), of {mean} items on average."
    if row.kind is WorkKind.FIRST:
        return (
            f"{start} seeks the first entry of a dict {times}, of {mean} entries on"
            " average, past the empty slots of deleted ones; popitem(last=False) of an"
            " OrderedDict has none to pass."
        )
    place = row.kind.value
    if row.name in ("list.insert", "slice"):
        done, moved = f"puts something at the {place} of a list", "up"
    else:
        done, moved = f"takes from the {place} of a list", "down"
    return f"{start} {done} {times}; {mean} others move {moved} each time on average."


def _found_loop(profile: Profile, model: Profile, size: int) -> Iterator[_Found]:
    """Yield the line that runs a part of the size for each unit of the size."""
    most = max(profile.lines, key=lambda line: line.times, default=None)
    model_times = max((line.times for line in model.lines), default=0)
    if most is None or most.times < _TENTH * model_times:
        return
    if most.times * _LOOPS >= size * size:
        times = most.times / max(model_times, 1)
        sentence = (
            f"Line {most.line} runs {most.times:,} times, {times:,.0f} times as often"
            " as any line of the model answer."
        )
        runs = sum(line.times for line in profile.lines)
        yield _Found(_LOOP, most.line, sentence, runs * _LINE_NS)


def _found_pattern(profile: Profile, model: Profile, size: int) -> _Found | None:
    """Return the line that hands a pattern to `re` often, beside all that it does."""
    often = [row for row in _pattern_calls(profile) if row.times * _TENTH >= size]
    if not often or any(_pattern_calls(model)):
        return None
    most = max(often, key=lambda row: row.times)
    if most.times * _LINES_PER_PATTERN < sum(line.times for line in profile.lines):
        return None
    sentence = (
        f"Line {most.line} hands a pattern to {most.name} {most.times:,} times;"
        " compiled once, before the loop, it need not be looked up again."
    )
    return _Found(_COMPILED, most.line, sentence, 0)


def _pattern_calls(profile: Profile) -> list[CallCount]:
    return [row for row in profile.calls if row.name in _PATTERN_FUNCTIONS]


def _found_calls(profile: Profile, model: Profile, size: int) -> _Found | None:
    """Return the line that makes the most calls, if there are many more than needed."""
    num_calls = profile.num_calls
    least = _MANY_CALLS * max(size, model.num_calls)
    if num_calls < least or not profile.calls:
        return None
    most = max(profile.calls, key=lambda row: row.times)
    sentence = (
        f"It makes {num_calls:,} calls, and the model answer {model.num_calls:,}; line"
        f" {most.line} calls {most.name} {most.times:,} times."
    )
    return _Found(_CALLS, most.line, sentence, 0)

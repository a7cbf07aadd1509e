"""The levels and measures of question 21: nesting, idle time, drawn logs, faults, cost.

Figures are worked by hand at levels 1 and 2; drawn logs are held against the paint of
`oracle`. Level 1 keeps to one call of a function at a time, no idle time and timestamps
of one digit, so that what fails there is the sum itself.

Logs to measure are drawn together with the truth: first how long which function runs,
then the logs of it. They begin late, so that a timestamp has nine digits at every size.
"""

from __future__ import annotations

import random

from perfkata.judge.grading import (
    Draw,
    Solution,
    Step,
    call,
    generated,
    level,
    measure,
    written,
)

from oracle import exclusive_time, fault_position

# Half of them starts, each within the call before; laid out for the reproduction.
_MILLION_LOGS = """[
        *(f'{k % 3}:start:{k}' for k in range(500_000)),
        *(f'{k % 3}:end:{999_999 - k}' for k in reversed(range(500_000))),
    ]"""
_UNREADABLE = (
    "rubbish",
    "0",
    "0:end",
    "end:3",
    "0:end:",
    ":end:3",
    "0::3",
    "::",
    "0:end:3:",
    "0:end:3:3",
    ":0:end:3",
    "0:stop:3",
    "0:END:3",
    "0:ends:3",
    "0:end :3",
    "0:begin:3",
    "0:START:3",
    "0:starts:3",
    "0: start:3",
    "zero:end:3",
    "0:end:three",
    "0:end:3.0",
    "0:end:3e0",
    "0:end:0x3",
    "0-end-3",
)
# What int() or a pattern with \d reads all the same.
_NO_PLAIN_DIGITS = (
    "0:start:1_0",
    "0_0:start:1",
    "0:start: 1",
    " 0:start:1",
    "0 :start:1",
    "0:start:1 ",
    "0:start:+1",
    "+0:start:1",
    "0:start:-0",
    "-0:start:1",
    "0:start:\N{ARABIC-INDIC DIGIT THREE}",
    "\N{ARABIC-INDIC DIGIT ZERO}:start:1",
    "0:start:\N{FULLWIDTH DIGIT ONE}",
    "0:start:\N{SUPERSCRIPT TWO}",
)

_BEGINNINGS = range(100_000_000, 900_000_000)
_FEWEST_FUNCTIONS, _MOST_FUNCTIONS = 50, 100
_SOME_UNITS = range(1, 100)
_IDLE_UNITS = range(100)
# How often a call ends on the way down, and another begins on the way up.
_SHARE_OF_TURNS = 0.1


@level(1)
def no_function(solution: Solution) -> None:
    """No functions and no logs give an empty list."""
    assert solution.exclusive_time(0, []) == []


@level(1)
def no_log(solution: Solution) -> None:
    """Functions that were never called have no time."""
    assert solution.exclusive_time(3, []) == [0, 0, 0]


@level(1)
def one_unit(solution: Solution) -> None:
    """A call that starts at 0 and ends at 0 takes one unit."""
    assert solution.exclusive_time(1, ["0:start:0", "0:end:0"]) == [1]


@level(1)
def one_call(solution: Solution) -> None:
    """Among four functions, only the one that was called has time."""
    assert solution.exclusive_time(4, ["2:start:0", "2:end:4"]) == [0, 0, 5, 0]


@level(1)
def one_after_the_other(solution: Solution) -> None:
    """Calls that follow each other add up for each function."""
    logs = [
        *("0:start:0", "0:end:1"),
        *("1:start:2", "1:end:5"),
        *("0:start:6", "0:end:6"),
    ]
    assert solution.exclusive_time(2, logs) == [3, 4]


@level(1)
def one_callee(solution: Solution) -> None:
    """A callee's time is not its caller's."""
    logs = ["0:start:0", "1:start:2", "1:end:5", "0:end:6"]
    assert solution.exclusive_time(2, logs) == [3, 4]


@level(1)
def time_between_callees(solution: Solution) -> None:
    """A caller owns the time between its callees too."""
    logs = [
        "0:start:0",
        *("1:start:1", "1:end:2"),
        *("2:start:4", "2:end:4"),
        *("1:start:5", "1:end:6"),
        "0:end:9",
    ]
    assert solution.exclusive_time(3, logs) == [5, 4, 1]


@level(1)
def three_deep(solution: Solution) -> None:
    """A callee's callee takes time from its own caller alone."""
    logs = ["0:start:0", "1:start:1", "2:start:3", "2:end:3", "1:end:5", "0:end:6"]
    assert solution.exclusive_time(3, logs) == [2, 4, 1]


@level(1)
def numbers_of_two_digits(solution: Solution) -> None:
    """A function's number can have more than one digit."""
    logs = ["11:start:0", "10:start:1", "10:end:3", "11:end:3"]
    assert solution.exclusive_time(12, logs) == [0] * 10 + [3, 1]


@level(1)
def numbers_of_three_digits(solution: Solution) -> None:
    """There may be hundreds of functions."""
    logs = ["300:start:0", "299:start:1", "299:end:3", "300:end:3"]
    assert solution.exclusive_time(301, logs) == [0] * 299 + [3, 1]


@level(1)
def two_lists_of_logs(solution: Solution) -> None:
    """A second list of logs is summed from nothing again."""
    logs = ["0:start:0", "1:start:1", "1:end:3", "0:end:4"]
    assert solution.exclusive_time(2, logs) == [2, 3]
    assert solution.exclusive_time(2, logs) == [2, 3]
    assert solution.exclusive_time(3, ["2:start:0", "2:end:1"]) == [0, 0, 2]


@level(2)
def calls_itself(solution: Solution) -> None:
    """The times of a call and of a call of the same function within it add up."""
    logs = ["0:start:0", "0:start:2", "0:end:5", "0:end:6"]
    assert solution.exclusive_time(1, logs) == [7]


@level(2)
def calls_itself_twice(solution: Solution) -> None:
    """Two more calls of a function may be open within its first."""
    logs = [
        *("1:start:0", "1:start:1", "1:start:4"),
        *("1:end:4", "1:end:6", "1:end:9"),
    ]
    assert solution.exclusive_time(2, logs) == [0, 10]


@level(2)
def call_each_other(solution: Solution) -> None:
    """A function may be open twice with another one between."""
    logs = ["0:start:0", "1:start:2", "0:start:3", "0:end:4", "1:end:6", "0:end:9"]
    assert solution.exclusive_time(2, logs) == [7, 3]


@level(2)
def callee_takes_it_all(solution: Solution) -> None:
    """A callee that starts and ends with its caller leaves it no time."""
    logs = ["0:start:0", "1:start:0", "1:end:2", "0:end:2"]
    assert solution.exclusive_time(2, logs) == [0, 3]


@level(2)
def three_in_one_unit(solution: Solution) -> None:
    """Of three calls that start and end in one unit, the innermost owns it."""
    logs = ["0:start:0", "1:start:0", "2:start:0", "2:end:0", "1:end:0", "0:end:0"]
    assert solution.exclusive_time(3, logs) == [0, 0, 1]


@level(2)
def idle_before_the_first_call(solution: Solution) -> None:
    """Time before the first call belongs to nobody."""
    assert solution.exclusive_time(2, ["1:start:7", "1:end:8"]) == [0, 2]


@level(2)
def idle_between_outermost_calls(solution: Solution) -> None:
    """Time between two outermost calls belongs to nobody."""
    logs = ["0:start:0", "0:end:1", "1:start:5", "1:end:5"]
    assert solution.exclusive_time(2, logs) == [2, 1]


@level(2)
def idle_between_calls_of_one_function(solution: Solution) -> None:
    """Nor does it belong to the function that ran before and runs after."""
    logs = ["1:start:0", "1:end:1", "1:start:4", "1:end:4"]
    assert solution.exclusive_time(2, logs) == [0, 3]


@level(2)
def a_billion_units(solution: Solution) -> None:
    """Timestamps go up to a billion."""
    logs = [
        *("0:start:0", "1:start:400000000"),
        *("1:end:999999999", "0:end:1000000000"),
    ]
    assert solution.exclusive_time(2, logs) == [400_000_001, 600_000_000]


@level(2)
def half_a_million_open_calls(solution: Solution) -> None:
    """In a million logs, half a million calls are open at once."""
    logs = written(_MILLION_LOGS)
    assert solution.exclusive_time(3, logs) == [333_334, 333_334, 333_332]


@generated(3, count=300)
def well_nested_logs(draw: Draw) -> list[Step]:
    """In random logs, every unit belongs to the innermost call that is open in it."""
    n, events = _events(draw, max_calls=32)
    logs = _written_out(events)
    return [call("exclusive_time", n, logs).gives(exclusive_time(n, logs))]


@generated(3, count=100)
def stretched_logs(draw: Draw) -> list[Step]:
    """If everything takes k times as long, so does every function."""
    n, events = _events(draw, max_calls=8)
    factor = draw.integer(1, 10_000_000)
    units = exclusive_time(n, _written_out(events))
    stretched = [
        (function, kind, _stretched(kind, timestamp, factor))
        for function, kind, timestamp in events
    ]
    longer = [factor * num_units for num_units in units]
    return [call("exclusive_time", n, _written_out(stretched)).gives(longer)]


@level(4)
def another_function_runs(solution: Solution) -> None:
    """A function cannot end while one that it called is open."""
    with solution.raises(ValueError, naming=(2, "0:end:5")):
        solution.exclusive_time(2, ["0:start:0", "1:start:3", "0:end:5", "1:end:6"])
    with solution.raises(ValueError, naming=(3, "0:end:7")):
        solution.exclusive_time(
            3, ["0:start:0", "1:start:1", "1:start:4", "0:end:7", "1:end:8", "1:end:9"]
        )


@level(4)
def nothing_runs(solution: Solution) -> None:
    """Nothing can end before anything started, or after everything ended."""
    with solution.raises(ValueError, naming=(0, "0:end:3")):
        solution.exclusive_time(1, ["0:end:3"])
    with solution.raises(ValueError, naming=(2, "0:end:4")):
        solution.exclusive_time(1, ["0:start:0", "0:end:3", "0:end:4"])


@level(4)
def call_never_ends(solution: Solution) -> None:
    """If calls are still open at the end, the start of the innermost is named."""
    with solution.raises(ValueError, naming=(0, "0:start:7")):
        solution.exclusive_time(1, ["0:start:7"])
    with solution.raises(ValueError, naming=(1, "1:start:4")):
        solution.exclusive_time(
            3,
            ["0:start:3", "1:start:4", "2:start:5", "2:end:6", "2:start:8", "2:end:9"],
        )
    with solution.raises(ValueError, naming=(2, "0:start:6")):
        solution.exclusive_time(2, ["0:start:3", "1:start:5", "0:start:6"])


@level(4)
def time_runs_backwards(solution: Solution) -> None:
    """No log is earlier than the one before it."""
    with solution.raises(ValueError, naming=(1, "1:start:4")):
        solution.exclusive_time(2, ["0:start:5", "1:start:4", "1:end:8", "0:end:9"])
    with solution.raises(ValueError, naming=(2, "1:end:3")):
        solution.exclusive_time(2, ["0:start:0", "1:start:6", "1:end:3", "0:end:9"])
    with solution.raises(ValueError, naming=(3, "0:end:4")):
        solution.exclusive_time(2, ["0:start:1", "1:start:2", "1:end:5", "0:end:4"])


@level(4)
def unit_used_twice(solution: Solution) -> None:
    """An end uses its unit up: what starts in that unit is earlier than the end."""
    with solution.raises(ValueError, naming=(2, "1:start:5")):
        solution.exclusive_time(2, ["0:start:3", "0:end:5", "1:start:5", "1:end:6"])
    logs = ["0:start:0", "1:start:1", "1:end:5", "2:start:5", "2:end:6", "0:end:7"]
    with solution.raises(ValueError, naming=(3, "2:start:5")):
        solution.exclusive_time(3, logs)


@level(4)
def no_such_function(solution: Solution) -> None:
    """A function's number is below n, at a start and at an end."""
    with solution.raises(ValueError, naming=(0, "2:start:5")):
        solution.exclusive_time(2, ["2:start:5", "2:end:6"])
    with solution.raises(ValueError, naming=(1, "12:start:3")):
        solution.exclusive_time(12, ["0:start:3", "12:start:3", "12:end:3", "0:end:3"])
    with solution.raises(ValueError, naming=(1, "7:end:4")):
        solution.exclusive_time(7, ["3:start:3", "7:end:4"])
    with solution.raises(ValueError, naming=(0, "0:start:5")):
        solution.exclusive_time(0, ["0:start:5", "0:end:6"])


@level(4)
def unreadable_logs(solution: Solution) -> None:
    """A log has three parts, and the middle one is start or end."""
    # Who takes one for a start, or for the end of the open call, names another log.
    for log in _UNREADABLE:
        with solution.raises(ValueError, naming=(2, log)):
            solution.exclusive_time(1, ["0:start:0", "0:start:0", log, "0:end:5"])
    with solution.raises(ValueError, naming=1):
        solution.exclusive_time(1, ["0:start:0", "", "0:end:0"])


@level(4)
def plain_digits(solution: Solution) -> None:
    """Numbers are written in the digits 0 to 9, with nothing before or between."""
    for log in _NO_PLAIN_DIGITS:
        with solution.raises(ValueError, naming=(1, log)):
            solution.exclusive_time(1, ["0:start:0", log, "0:end:20", "0:end:20"])


@level(4)
def nothing_after_the_digits(solution: Solution) -> None:
    """A line break after a log is not part of one."""
    with solution.raises(ValueError, naming=(0, "0:start:5")):
        solution.exclusive_time(1, ["0:start:5\n", "0:end:6\n"])
    with solution.raises(ValueError, naming=(1, "0:end:6")):
        solution.exclusive_time(1, ["0:start:5", "0:end:6\n"])


@level(4)
def first_fault(solution: Solution) -> None:
    """Of several faults, the first in the order of the logs is raised."""
    with solution.raises(ValueError, naming=(1, "1:end:3")):
        solution.exclusive_time(2, ["0:start:0", "1:end:3", "rubbish", "0:end:4"])
    with solution.raises(ValueError, naming=(2, "rubbish")):
        solution.exclusive_time(2, ["0:start:3", "1:start:4", "rubbish", "9:end:1"])
    with solution.raises(ValueError, naming=(2, "0:start:3")):
        solution.exclusive_time(2, ["0:start:4", "0:end:6", "0:start:3", "5:start:8"])
    with solution.raises(ValueError, naming=(1, "5:start:8")):
        solution.exclusive_time(2, ["0:start:4", "5:start:8", "0:start:3", "1:end:9"])


@level(4)
def leading_zeros(solution: Solution) -> None:
    """Zeros before a number are digits like any other."""
    logs = ["00:start:000", "01:start:002", "1:end:05", "0:end:0006"]
    assert solution.exclusive_time(2, logs) == [3, 4]


@level(4)
def twenty_digits(solution: Solution) -> None:
    """A number may be written with as many as twenty digits."""
    logs = [
        f"{1:020}:start:{2:020}",
        f"{0:020}:start:{3:020}",
        f"{0:020}:end:{1_000_000_000:020}",
        f"{1:020}:end:{1_000_000_000:020}",
    ]
    assert solution.exclusive_time(2, logs) == [999_999_998, 1]


@level(4)
def call_of_no_units(solution: Solution) -> None:
    """A call from the start of a unit to the end of the unit before takes no time."""
    assert solution.exclusive_time(2, ["1:start:5", "1:end:4"]) == [0, 0]
    logs = ["0:start:3", "1:start:5", "1:end:4", "1:start:5", "1:end:5", "0:end:5"]
    assert solution.exclusive_time(2, logs) == [2, 1]


@level(4)
def good_logs_after_bad_ones(solution: Solution) -> None:
    """Logs that are without fault are summed as ever after others that were not."""
    with solution.raises(ValueError, naming=(1, "1:start:6")):
        solution.exclusive_time(2, ["0:start:2", "1:start:6"])
    assert solution.exclusive_time(2, ["0:start:8", "0:end:9"]) == [2, 0]


@generated(4, count=300)
def spoiled_logs(draw: Draw) -> list[Step]:
    """Any logs are summed, or the first of their faults is named."""
    n, events = _events(draw, max_calls=6, min_units=0)
    for _ in range(draw.integer(0, 2)):
        _spoil(draw, n, events)
    logs = _written_out(events)
    if logs and draw.boolean(0.2):
        position = draw.integer(0, len(logs) - 1)
        logs[position] = draw.choice(("rubbish", "0:end", "0:stop:0", "0:start:-1"))
    asked = call("exclusive_time", n, logs)
    position_of_fault = fault_position(n, logs)
    if position_of_fault is None:
        return [asked.gives(exclusive_time(n, logs))]
    named = (position_of_fault, logs[position_of_fault])
    return [asked.raises(ValueError, naming=named)]


@generated(4, count=2)
def fault_among_many_logs(draw: Draw) -> list[Step]:
    """A fault is found among as many logs as are measured, too."""
    steps = []
    for size in (1_000, 10_000, 100_000):
        source = random.Random(draw.integer(0, 2**32 - 1))
        logs_of_size = draw.choice((_flat_logs, _nested_logs))
        n, logs, _ = logs_of_size(source.randint(size * 9 // 10, size), source)
        position = draw.integer(1, len(logs) - 1)
        logs[position] = log = _spoiled(draw, n, logs[position])
        asked = call("exclusive_time", n, logs)
        steps.append(asked.raises(ValueError, naming=(position, log)))
    return steps


def _spoiled(draw: Draw, n: int, log: str) -> str:
    """Change a log that is not the first so that it is at fault itself."""
    function, kind, timestamp = log.split(":")
    spoiled = [
        f"{function}:{kind}:{timestamp[:-1]}",
        f"{n}:{kind}:{timestamp}",
        f"{function}:{kind}:+{timestamp}",
        f"{function}:{kind}ed:{timestamp}",
    ]
    if kind == "end":
        spoiled.append(f"{(int(function) + 1) % n}:{kind}:{timestamp}")
    return draw.choice(spoiled)


@measure("flat")
def one_call_after_the_other(size: int, source: random.Random) -> Step:
    """A log costs the same among many calls that follow each other as among few."""
    n, logs, units = _flat_logs(size, source)
    return call("exclusive_time", n, logs).gives(units)


@measure("nested")
def calls_within_calls(size: int, source: random.Random) -> Step:
    """A log costs the same with tens of thousands of calls open as with hundreds."""
    n, logs, units = _nested_logs(size, source)
    return call("exclusive_time", n, logs).gives(units)


def _flat_logs(size: int, source: random.Random) -> tuple[int, list[str], list[int]]:
    """Draw calls one after the other: how many functions, the logs, their units."""
    n, now, functions = _drawn_calls(size, source)
    idle = source.choices(_IDLE_UNITS, k=len(functions))
    durations = source.choices(_SOME_UNITS, k=len(functions))
    units = [0] * n
    logs: list[str] = []
    for function, gap, duration in zip(functions, idle, durations, strict=True):
        start = now + gap
        now = start + duration
        units[function] += duration
        logs += f"{function}:start:{start}", f"{function}:end:{now - 1}"
    return n, logs, units


def _nested_logs(size: int, source: random.Random) -> tuple[int, list[str], list[int]]:
    """Draw calls within calls, likewise."""
    n, now, functions = _drawn_calls(size, source)
    num_calls = len(functions)
    units = [0] * n
    logs: list[str] = []
    open_functions: list[int] = []
    runs = source.choices(_SOME_UNITS, k=2 * num_calls)
    for position, num_units in enumerate(runs):
        now += num_units
        if open_functions:
            units[open_functions[-1]] += num_units
        is_turn = source.random() < _SHARE_OF_TURNS
        is_way_up = position >= num_calls
        if not open_functions or (functions and is_turn is is_way_up):
            function = functions.pop()
            open_functions.append(function)
            logs.append(f"{function}:start:{now}")
        else:
            logs.append(f"{open_functions.pop()}:end:{now - 1}")
    return n, logs, units


def _drawn_calls(size: int, source: random.Random) -> tuple[int, int, list[int]]:
    """Draw how many functions there are, a beginning, and the function of each call."""
    n = source.randint(_FEWEST_FUNCTIONS, _MOST_FUNCTIONS)
    functions = source.choices(range(n), k=size // 2)
    return n, source.choice(_BEGINNINGS), functions


def _events(
    draw: Draw, *, max_calls: int, min_units: int = 1
) -> tuple[int, list[tuple[int, str, int]]]:
    """Draw a number of functions, and well-nested starts and ends of them.

    Args:
        draw: Where they are drawn from.
        max_calls: How many calls there are at most.
        min_units: What a call takes at least.
    """
    n = draw.integer(1, 4)
    chance_of_an_end = draw.choice((0.5, 0.2, 0.8))
    events: list[tuple[int, str, int]] = []
    open_starts: list[tuple[int, int]] = []
    now = 0

    def end_one() -> None:
        nonlocal now
        function, start = open_starts.pop()
        # No timestamp is below 0, so nothing can end before the instant 1.
        now = max(now + draw.integer(0, 3), start + min_units, 1)
        events.append((function, "end", now - 1))

    for _ in range(draw.size(0, max_calls)):
        while open_starts and draw.boolean(chance_of_an_end):
            end_one()
        now += draw.integer(0, 3)
        function = draw.integer(0, n - 1)
        events.append((function, "start", now))
        open_starts.append((function, now))
    while open_starts:
        end_one()
    return n, events


def _stretched(kind: str, timestamp: int, factor: int) -> int:
    """Move a timestamp so that its instant is multiplied."""
    is_end = kind == "end"
    return (timestamp + is_end) * factor - is_end


def _spoil(draw: Draw, n: int, events: list[tuple[int, str, int]]) -> None:
    """Change events in one way, which may be a fault or may not."""
    if not events:
        return
    position = draw.integer(0, len(events) - 1)
    function, kind, timestamp = events[position]
    match draw.integer(0, 4):
        case 0:
            del events[position]
        case 1:
            events.insert(position, events[position])
        case 2:
            events[position] = (draw.integer(0, n), kind, timestamp)
        case 3:
            events[position] = (function, kind, draw.integer(0, timestamp + 2))
        case _:
            events.append(events.pop(position))


def _written_out(events: list[tuple[int, str, int]]) -> list[str]:
    return [f"{function}:{kind}:{timestamp}" for function, kind, timestamp in events]

"""Levels, through real workers: verdicts, smallest failures, and shared state."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

import msgspec
import pytest

from perfkata.catalog import Level
from perfkata.judge import levels
from perfkata.judge.answer import Answer
from perfkata.judge.grading import Call, call
from perfkata.judge.report import Failure, LevelVerdict, SubmissionVerdict
from perfkata.judge.session import Fork, Session
from perfkata.judge.stopped import StoppedError
from tests.judge.conftest import (
    LIMITS,
    Exercise,
    MakeExercise,
    only_failure,
)

_RIGHT = "def answer(numbers):\n    return sum(numbers)\n"
_SUMS = '''\
@generated(1, count=COUNT)
def sums(draw):
    """Any list has a sum."""
    numbers = [draw.integer(0, 100) for _ in range(draw.size(1, 20))]
    return [call("answer", numbers).gives(sum(numbers))]
'''


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are explained in attempts, however busy the machine is."""
    monkeypatch.setattr(levels, "_MAX_SHRINK_S", 60.0)


def _sums(make_exercise: MakeExercise, count: int = 70, **facts: Any) -> Exercise:
    """Make an exercise that draws lists and expects their sums."""
    level = Level(number=1, title="Sums", points=100, **facts)
    return make_exercise(_SUMS.replace("COUNT", str(count)), levels=(level,))


def _by_hand(make_exercise: MakeExercise, *bodies: str, **facts: Any) -> Exercise:
    """Make an exercise of one level whose cases have these bodies."""
    level = Level(number=1, title="All", points=100, **facts)
    cases = [
        f'@level(1)\ndef case_{number}(solution):\n    """Case {number}."""\n'
        + textwrap.indent(textwrap.dedent(body), "    ")
        for number, body in enumerate(bodies, 1)
    ]
    return make_exercise("\n\n".join(cases), levels=(level,))


def _wrong_if(condition: str, wrong: str = "-1", before: str = "") -> str:
    return (
        f"{before}\ndef answer(numbers):\n    if {condition}:\n"
        f"        return {wrong}\n    return sum(numbers)\n"
    )


def test_a_right_answer_passes(make_exercise: MakeExercise) -> None:
    """Every draw counts as a case, and the points are earned."""
    report = _sums(make_exercise).grade(_RIGHT)
    (level,) = report.levels
    assert level.verdict is LevelVerdict.PASSED
    assert (level.num_cases, level.earned, level.failure) == (70, 100, None)


def test_a_failure_is_made_as_small_as_it_gets(make_exercise: MakeExercise) -> None:
    """Of a long random list only what matters is left, in all that the report says."""
    report = _sums(make_exercise).grade(_wrong_if("max(numbers) >= 17"))
    (level,) = report.levels
    failure = only_failure(report)
    assert (level.verdict, level.earned) == (LevelVerdict.WRONG_ANSWER, 0)
    assert (failure.case, failure.purpose) == ("sums", "Any list has a sum.")
    assert (failure.message, failure.expected, failure.came) == (
        "it is -1, expected 17",
        "17",
        "-1",
    )
    assert failure.reproduction == (
        "from solution import answer\n\ncame = answer([17])\n"
        "expected = 17\nassert came == expected, came\n"
    )


_SMALLEST = {
    LevelVerdict.RAISED: (
        _wrong_if("len(numbers) > 2", "numbers[99]"),
        "answer([0, 0, 0])",
        "it raised IndexError",
    ),
    LevelVerdict.CRASHED: (
        _wrong_if("max(numbers) > 60", "os._exit(3)", "import os"),
        "answer([61])",
        "its process ended with exit code 3 before it answered",
    ),
    LevelVerdict.CHANGED_INPUT: (
        _wrong_if("len(numbers) > 1", "numbers.pop() + sum(numbers)"),
        "arguments = ([0, 0],)",
        "it changed its argument, which was to stay as it is",
    ),
    LevelVerdict.TOO_MUCH_MEMORY: (
        _wrong_if("len(numbers) > 9", "bytearray(2**30)"),
        "answer(",
        "it asked for more than 768 MiB",
    ),
    LevelVerdict.TOO_MUCH_OUTPUT: (
        _wrong_if("len(numbers) > 9", "print('a' * 20_000)"),
        "answer(",
        "it printed more than 10,000 bytes",
    ),
    LevelVerdict.TOO_SLOW: (
        _wrong_if("len(numbers) > 9", "[1 for _ in iter(int, 1)]"),
        "answer(",
        "it had no answer after more than 0.2 s",
    ),
}


@pytest.mark.parametrize("verdict", _SMALLEST)
def test_a_drawn_failure_has_its_verdict(
    make_exercise: MakeExercise, verdict: LevelVerdict
) -> None:
    """Every kind of failure is met in a draw; what is cheap to try is made smaller."""
    source, called, message = _SMALLEST[verdict]
    exercise = _sums(make_exercise, keeps_inputs=True, cpu_limit_s=0.2)
    report = exercise.grade(source, limits=replace(LIMITS, output_bytes=10_000))
    failure = only_failure(report)
    assert report.levels[0].verdict is verdict
    assert failure.message.startswith(message)
    assert failure.reproduction is not None
    assert called in failure.reproduction
    assert failure.reproduction.count("answer(") <= 1


def test_what_a_failure_raised_is_shown_with_its_own_traceback(
    make_exercise: MakeExercise,
) -> None:
    """The exception, its text, and the submission's own lines are in the report."""
    report = _sums(make_exercise).grade(_wrong_if("True", "int('x')"))
    failure = only_failure(report)
    assert failure.expected == "0"
    assert failure.came == "ValueError: invalid literal for int() with base 10: 'x'"
    assert failure.traceback is not None
    assert "in answer\n    return int('x')" in failure.traceback
    assert "worker" not in failure.traceback


def test_an_exception_without_a_text_is_shown_by_its_name(
    make_exercise: MakeExercise,
) -> None:
    """Nothing stands behind the name where there is nothing to say."""
    report = _sums(make_exercise).grade("def answer(numbers):\n    raise KeyError\n")
    assert only_failure(report).came == "KeyError"


_COUNTS = "seen = []\n\ndef answer(numbers):\n    seen.append(1)\n    return "
_SHARED = {
    "a flag": (_COUNTS + "sum(numbers) if len(seen) < 2 else -1\n", 2),
    "the third call": (_COUNTS + "sum(numbers) if len(seen) != 3 else -1\n", 3),
    "the fourth call": (_COUNTS + "sum(numbers) if len(seen) != 4 else -1\n", 4),
    "a bad key": (
        "def answer(x, known={}):\n    return known.setdefault(len(x), sum(x))\n",
        2,
    ),
    "a default": (
        "def answer(numbers, kept=[]):\n    kept += numbers\n    return sum(kept)\n",
        2,
    ),
}


@pytest.mark.parametrize(("source", "num_calls"), _SHARED.values(), ids=_SHARED)
def test_shared_state_is_told_with_the_calls_that_it_takes(
    make_exercise: MakeExercise, source: str, num_calls: int
) -> None:
    """What is right alone and wrong after others is shown by as few calls as can be."""
    exercise = _sums(make_exercise)
    report = exercise.grade(source)
    failure = only_failure(report)
    assert report.levels[0].verdict is LevelVerdict.WRONG_ANSWER
    assert failure.message.startswith("right alone, wrong after other calls: it is ")
    program = failure.reproduction
    assert program is not None
    assert program.count("answer(") == num_calls
    assert exercise.run(program, source).returncode == 1
    assert exercise.run(program, _RIGHT).returncode == 0


def test_shared_state_is_told_of_cases_written_by_hand(
    make_exercise: MakeExercise,
) -> None:
    """The calls of a case before the one that fails are shown if it takes them."""
    body = "solution.answer([1])\nassert solution.answer([2]) == 2"
    source, num_calls = _SHARED["a flag"]
    report = _by_hand(make_exercise, body).grade(source)
    failure = only_failure(report)
    message = "right alone, wrong after other calls: it is -1, expected 2"
    assert failure.message == message
    assert failure.reproduction is not None
    assert failure.reproduction.count("answer(") == num_calls


def test_a_failure_that_needs_no_other_call_is_shown_alone(
    make_exercise: MakeExercise,
) -> None:
    """What was called before in the same case is left out if it does not matter."""
    body = "solution.answer([1])\nassert solution.answer([2, 3]) == 5"
    report = _by_hand(make_exercise, body).grade(_wrong_if("len(numbers) > 1"))
    failure = only_failure(report)
    assert failure.message == "it is -1, expected 5"
    assert failure.reproduction is not None
    assert failure.reproduction.count("answer(") == 1


_SECOND_CALLS = {
    LevelVerdict.RAISED: "numbers[99]",
    LevelVerdict.CHANGED_INPUT: "numbers.pop()",
}


@pytest.mark.parametrize("verdict", _SECOND_CALLS)
def test_a_second_call_that_nothing_is_expected_of_is_shown_alone_too(
    make_exercise: MakeExercise, verdict: LevelVerdict
) -> None:
    """A call that raises or changes its input, compared or not, needs no other call."""
    body = "solution.answer([1])\nsolution.answer([2, 3])"
    exercise = _by_hand(make_exercise, body, keeps_inputs=True)
    report = exercise.grade(_wrong_if("len(numbers) > 1", _SECOND_CALLS[verdict]))
    failure = only_failure(report)
    assert report.levels[0].verdict is verdict
    assert "right alone" not in failure.message
    assert "[1]" not in (failure.reproduction or "")


def test_an_answer_that_cannot_be_sent_is_told(make_exercise: MakeExercise) -> None:
    """Where no value came, the reason stands in its place."""
    body = "assert solution.answer([1]) == 1"
    source = "def answer(numbers):\n    numbers.append(numbers)\n    return numbers\n"
    failure = only_failure(_by_hand(make_exercise, body).grade(source))
    assert failure.came == "nested more than 256 deep"
    assert failure.message == "its answer cannot be read: nested more than 256 deep"


def test_what_is_shown_of_a_failure_alone_is_what_it_did_alone(
    make_exercise: MakeExercise,
) -> None:
    """The value that came is the one that the reproduction shows."""
    body = "solution.answer([1])\nassert solution.answer([2]) == 2"
    source = _COUNTS + "100 + len(seen)\n"
    failure = only_failure(_by_hand(make_exercise, body).grade(source))
    assert (failure.message, failure.came) == ("it is 101, expected 2", "101")


def test_every_case_has_a_fork_of_its_own(make_exercise: MakeExercise) -> None:
    """What one case leaves in the submission is not there in the next."""
    source, _ = _SHARED["a flag"]
    body = "assert solution.answer([1, 2]) == 3"
    report = _by_hand(make_exercise, body, body, body).grade(source)
    assert report.is_passed
    assert report.levels[0].num_cases == 3


def test_a_level_ends_at_its_first_failure(make_exercise: MakeExercise) -> None:
    """Cases after the first that fails are not run."""
    bodies = [f"assert solution.answer([{number}]) == {number}" for number in (1, 2, 3)]
    report = _by_hand(make_exercise, *bodies).grade(_wrong_if("numbers == [2]"))
    assert report.levels[0].num_cases == 2
    assert only_failure(report).case == "case_2"


def test_an_earlier_answer_that_is_wrong_is_shown_by_its_own_call(
    make_exercise: MakeExercise,
) -> None:
    """An assert on a name shows the call whose answer it holds, not the last one."""
    body = """
    first = solution.answer([5])
    second = solution.answer([0])
    assert second == 0
    assert first == 5
    """
    report = _by_hand(make_exercise, body).grade("def answer(x):\n    return 0\n")
    assert "answer([5])" in (only_failure(report).reproduction or "")


def test_many_slow_draws_are_slow_and_share_nothing(
    make_exercise: MakeExercise,
) -> None:
    """A limit that only many draws together reach is told as what it is."""
    source = (
        "import time\n\ndef answer(numbers):\n    begin = time.process_time()\n"
        "    while time.process_time() < begin + 0.1:\n        pass\n"
        "    return sum(numbers)\n"
    )
    report = _sums(make_exercise, cpu_limit_s=0.3).grade(source)
    assert report.levels[0].verdict is LevelVerdict.TOO_SLOW
    message = "it had no answer after more than 0.3 s of CPU time"
    assert only_failure(report).message == message


def test_many_draws_that_print_share_nothing(make_exercise: MakeExercise) -> None:
    """Output that only many draws together make too much is told as what it is."""
    source = "def answer(numbers):\n    print('a' * 900)\n    return sum(numbers)\n"
    limits = replace(LIMITS, output_bytes=10_000)
    report = _sums(make_exercise).grade(source, limits=limits)
    assert report.levels[0].verdict is LevelVerdict.TOO_MUCH_OUTPUT
    assert only_failure(report).message == "it printed more than 10,000 bytes"


def _hear_late(monkeypatch: pytest.MonkeyPatch, num_steps: int) -> None:
    """Have the output of so many steps found too much behind their last answer."""
    run = Fork.run

    def run_and_stop(fork: Fork, steps: Any, **options: Any) -> Iterator[Answer]:
        if len(steps) != num_steps:
            yield from run(fork, steps, **options)
            return
        session = fork._session
        limits = session.limits
        session.change_limits(replace(limits, output_bytes=2**30))
        yield from run(fork, steps, **options)
        session.change_limits(limits)
        raise StoppedError(LevelVerdict.TOO_MUCH_OUTPUT, "it was heard late")

    monkeypatch.setattr(Fork, "run", run_and_stop)


def test_output_that_is_heard_behind_the_last_answer_is_too_much(
    make_exercise: MakeExercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer has come, and the last call is the one to look at."""
    _hear_late(monkeypatch, 1)
    report = _sums(make_exercise, count=1).grade(_RIGHT)
    failure = only_failure(report)
    assert report.levels[0].verdict is LevelVerdict.TOO_MUCH_OUTPUT
    assert failure.message == "it was heard late"
    assert (failure.reproduction or "").count("answer(") == 1


def test_output_that_is_heard_late_is_shown_by_the_draw_that_printed(
    make_exercise: MakeExercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later draw is not blamed for what an earlier one prints alone."""
    _hear_late(monkeypatch, 70)
    monkeypatch.setattr(levels, "_EXCHANGE_SIZE", 70)
    source = _wrong_if("len(numbers) == 9", "print('a' * 900) or sum(numbers)")
    limits = replace(LIMITS, output_bytes=890)
    report = _sums(make_exercise).grade(source, limits=limits)
    failure = only_failure(report)
    assert report.levels[0].verdict is LevelVerdict.TOO_MUCH_OUTPUT
    assert failure.message == "it printed more than 890 bytes"
    assert (failure.reproduction or "").count("answer(") == 1


def test_the_attempts_at_a_smaller_failure_print_into_no_ones_account(
    make_exercise: MakeExercise,
) -> None:
    """Output counts for one exchange, and the report has that of the failure alone."""
    source = (
        "def answer(numbers):\n    print(f'<{numbers}>', 'a' * 100)\n"
        "    return -1 if max(numbers) >= 17 else sum(numbers)\n"
    )
    limits = replace(LIMITS, output_bytes=10_000)
    report = _sums(make_exercise, count=30).grade(source, limits=limits)
    assert only_failure(report).printed == f"<[17]> {'a' * 100}\n"


def test_a_case_by_hand_keeps_its_output_though_it_is_tried_alone(
    make_exercise: MakeExercise,
) -> None:
    """If the calls before matter, what they printed is shown."""
    source, _ = _SHARED["a flag"]
    source = source.replace("seen.append(1)", "seen.append(1); print(len(seen))")
    body = "solution.answer([1])\nassert solution.answer([2]) == 2"
    failure = only_failure(_by_hand(make_exercise, body).grade(source))
    assert failure.printed == "1\n2\n"


def test_inputs_may_be_changed_where_the_level_says_nothing(
    make_exercise: MakeExercise,
) -> None:
    """Only a level that keeps its inputs looks at them afterwards."""
    source = "def answer(numbers):\n    total = sum(numbers)\n    numbers.clear()\n"
    exercise = _sums(make_exercise, count=5)
    assert exercise.grade(source + "    return total\n").is_passed


@pytest.mark.parametrize(
    "argument",
    [
        "[float('nan'), 1]",
        "{float('nan')}",
        "(1, {'a': float('nan')})",
        "[[0.0, -0.0]]",
    ],
)
def test_an_input_that_equals_nothing_is_not_changed_by_being_left_alone(
    make_exercise: MakeExercise, argument: str
) -> None:
    """NaN in an input is itself afterwards."""
    body = f"assert solution.answer({argument}) == 1"
    exercise = _by_hand(make_exercise, body, keeps_inputs=True)
    assert exercise.grade("def answer(numbers):\n    return 1\n").is_passed


def test_a_changed_input_is_told_with_what_it_was(make_exercise: MakeExercise) -> None:
    """The input before and after stand for what was expected and what came."""
    body = "assert solution.answer([3, 1]) == 4"
    source = "def answer(numbers):\n    numbers.sort()\n    return sum(numbers)\n"
    report = _by_hand(make_exercise, body, keeps_inputs=True).grade(source)
    failure = only_failure(report)
    assert report.levels[0].verdict is LevelVerdict.CHANGED_INPUT
    assert (failure.expected, failure.came) == ("[3, 1]", "[1, 3]")


def test_a_draw_may_expect_an_exception(make_exercise: MakeExercise) -> None:
    """`raises` in a draw is held, and a failure says what should have come."""
    exercise = make_exercise(
        '''
        @generated(1, count=10)
        def refused(draw):
            """Negative numbers are refused by name."""
            number = -draw.integer(1, 50)
            return [call("answer", number).raises(ValueError, naming=number)]
        '''
    )
    right = "def answer(number):\n    raise ValueError(f'{number} is negative')\n"
    assert exercise.grade(right).is_passed
    failure = only_failure(exercise.grade("def answer(number):\n    return number\n"))
    assert failure.expected == "ValueError that names -1"
    assert failure.message == "it returned, and should have raised ValueError"


def test_the_calls_of_one_draw_belong_together(make_exercise: MakeExercise) -> None:
    """Steps of a draw run in order in one fork; those before a failure are shown."""
    exercise = make_exercise(
        '''
        @generated(1, count=5)
        def twice(draw):
            """Asking twice gives the same."""
            number = draw.integer(0, 9)
            return [call("answer", number).gives(number) for _ in range(2)]
        '''
    )
    source = (
        "seen = []\n\ndef answer(x):\n    seen.append(x)\n    return seen.count(x)\n"
    )
    report = exercise.grade(source.replace("seen.count(x)", "x + len(seen) - 1"))
    failure = only_failure(report)
    assert failure.message == "it is 1, expected 0"
    assert (failure.reproduction or "").count("answer(0)") == 2


def test_a_written_input_is_shown_as_its_expression(
    make_exercise: MakeExercise,
) -> None:
    """What is too large for a literal is written as what makes it."""
    body = 'assert solution.answer(written("[1] * 100_000")) == 100_000'
    failure = only_failure(_by_hand(make_exercise, body).grade(_wrong_if("True")))
    assert "answer([1] * 100_000)" in (failure.reproduction or "")


def test_calls_are_heard(make_exercise: MakeExercise) -> None:
    """The observer hears of each call that cases make, and of no attempt to explain."""
    heard: list[Call] = []
    exercise = _by_hand(make_exercise, "assert solution.answer([1, 2]) == 3")
    exercise.grade(_wrong_if("True"), observe=heard.append)
    assert heard == [call("answer", [1, 2])]
    heard.clear()
    _sums(make_exercise, count=9).grade(_RIGHT, observe=heard.append)
    assert len(heard) == 9


@pytest.mark.parametrize(("share", "num_cases"), [(0.1, 7), (0.001, 1), (1.0, 70)])
def test_a_share_of_the_draws_can_be_graded(
    make_exercise: MakeExercise, share: float, num_cases: int
) -> None:
    """A part of the draws is drawn, one at least."""
    report = _sums(make_exercise).grade(_RIGHT, share=share)
    assert report.levels[0].num_cases == num_cases


def test_an_answer_that_ended_before_it_was_asked_has_its_verdict(
    make_exercise: MakeExercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that ends before a call is told with the call that it was to answer."""

    def refuse(session: Session) -> NoReturn:
        raise StoppedError(LevelVerdict.CRASHED, "its process ended")

    monkeypatch.setattr(Session, "fork", refuse)
    report = _by_hand(make_exercise, "assert solution.answer([3]) == 3").grade(_RIGHT)
    assert report.levels[0].verdict is LevelVerdict.CRASHED
    failure = only_failure(report)
    assert failure.message == "its process ended"
    assert failure.expected == "3"
    assert "answer([3])" in (failure.reproduction or "")


_MEMOIZE = """\
def memoize(function):
    known = {}

    def cached(key):
        if key not in known:
            known[key] = function(key)
        return known[key]

    return cached
"""
_LIVE = """\
@generated(1, count=70)
def any_keys(solution, draw):
    \"\"\"Each key is computed once.\"\"\"
    calls = []

    def square(number):
        calls.append(number)
        return number * number

    cached = solution.memoize(square)
    for _ in range(draw.size(1, 12)):
        number = draw.integer(0, 50)
        assert cached(number) == number * number
    assert len(calls) == len(set(calls))
"""


def _live(make_exercise: MakeExercise, grader: str = _LIVE, **facts: Any) -> Exercise:
    level = Level(number=1, title="Keys", points=100, **facts)
    return make_exercise(grader, starter=_MEMOIZE, levels=(level,))


def _shown(exercise: Exercise, wrong: str, right: str = _MEMOIZE) -> Failure:
    """Grade a wrong answer; its reproduction must show what is wrong with it alone."""
    failure = only_failure(exercise.grade(wrong))
    program = failure.reproduction
    assert program is not None
    assert exercise.run(program, wrong).returncode != 0, program
    done = exercise.run(program, right)
    assert done.returncode == 0, program + done.stderr
    return failure


def test_a_case_that_asks_while_it_draws_is_drawn_many_times(
    make_exercise: MakeExercise,
) -> None:
    """Every draw counts as a case, also where many share a process."""
    report = _live(make_exercise).grade(_MEMOIZE)
    (level,) = report.levels
    assert (level.verdict, level.num_cases) == (LevelVerdict.PASSED, 70)
    assert report.is_passed


@pytest.mark.parametrize(("share", "num_cases"), [(0.1, 7), (0.001, 1)])
def test_a_share_of_the_draws_that_ask_can_be_graded(
    make_exercise: MakeExercise, share: float, num_cases: int
) -> None:
    """A part is drawn, one at least, as of draws of steps."""
    report = _live(make_exercise).grade(_MEMOIZE, share=share)
    assert report.levels[0].num_cases == num_cases


def test_a_failure_while_drawing_is_made_as_small_as_it_gets(
    make_exercise: MakeExercise,
) -> None:
    """Of many calls only the one that matters is left, with its smallest key."""
    wrong = _MEMOIZE.replace("return known[key]", "return min(known[key], 300)")
    failure = _shown(_live(make_exercise), wrong)
    assert failure.case == "any_keys"
    assert failure.message == "it is 300, expected 324"
    assert failure.reproduction is not None
    assert failure.reproduction.count("cached(") == 1
    assert "came = cached(18)" in failure.reproduction


def test_a_claim_while_drawing_is_made_as_small_as_it_gets(
    make_exercise: MakeExercise,
) -> None:
    """What is counted over several calls needs no more than two of them."""
    wrong = _MEMOIZE.replace("if key not in known:", "if key > 9 or key not in known:")
    failure = _shown(_live(make_exercise), wrong)
    assert failure.message == "of len(calls), it is 2, expected 1"
    asked = re.findall(r"cached\((\d+)\)", failure.reproduction or "")
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_the_same_seed_finds_the_same_failure_while_drawing(
    make_exercise: MakeExercise,
) -> None:
    """What is shown of a failure comes from the seed alone."""
    wrong = _MEMOIZE.replace("return known[key]", "return min(known[key], 300)")
    exercise = _live(make_exercise)
    shown = [only_failure(exercise.grade(wrong)).reproduction for _ in range(2)]
    assert shown[0] == shown[1]


_LIVE_VERDICTS = {
    LevelVerdict.RAISED: "return known[key] if key != 7 else known[key, 0]",
    LevelVerdict.CRASHED: (
        "return known[key] if key != 7 else __import__('os')._exit(3)"
    ),
    LevelVerdict.TOO_SLOW: (
        "return known[key] if key != 7 else [1 for _ in iter(int, 1)]"
    ),
    LevelVerdict.TOO_MUCH_MEMORY: (
        "return known[key] if key != 7 else len(bytearray(2**30))"
    ),
    LevelVerdict.TOO_MUCH_OUTPUT: (
        "return known[key] if key != 7 else print('a' * 2**21) or known[key]"
    ),
}


@pytest.mark.parametrize("verdict", _LIVE_VERDICTS)
def test_a_failure_while_drawing_has_its_verdict(
    make_exercise: MakeExercise, verdict: LevelVerdict
) -> None:
    """Every kind of failure is met in a draw that asks, and told by one call."""
    wrong = _MEMOIZE.replace("return known[key]", _LIVE_VERDICTS[verdict])
    exercise = _live(make_exercise, cpu_limit_s=0.5)
    report = exercise.grade(wrong)
    assert report.levels[0].verdict is verdict
    failure = _shown(exercise, wrong)
    assert "cached(7)" in (failure.reproduction or "")


_KEPT = "shared = {}\n\n\n" + _MEMOIZE.replace("known = {}", "known = shared")


def test_state_that_draws_share_is_named(make_exercise: MakeExercise) -> None:
    """A cache that all functions share is wrong only after another draw."""
    source = _LIVE.replace("number * number\n", "number * number + start\n").replace(
        "    cached = ", "    start = draw.integer(0, 9)\n    cached = "
    )
    exercise = _live(make_exercise, source)
    assert exercise.grade(_MEMOIZE).is_passed
    failure = _shown(exercise, _KEPT)
    assert failure.message.startswith("right alone, wrong after other calls: it is ")
    assert (failure.reproduction or "").count("= memoize(") == 2


def test_calls_of_draws_before_are_shown_where_they_matter(
    make_exercise: MakeExercise,
) -> None:
    """A reproduction of shared state holds what the earlier draws did."""
    source = """\
    @generated(1, count=9)
    def any_numbers(solution, draw):
        \"\"\"A number is itself.\"\"\"
        number = draw.integer(0, 9)
        assert solution.answer(number) == number
    """
    right = "def answer(number):\n    return number\n"
    wrong = "seen = []\n\ndef answer(number):\n    seen.append(1)\n"
    wrong += "    return number if len(seen) < 2 else -1\n"
    wrong = wrong.replace("< 2", "!= num_calls")
    for num_calls in (2, 3, 6, 9):
        one_wrong = wrong.replace("num_calls", str(num_calls))
        failure = _shown(make_exercise(source), one_wrong, right)
        assert failure.message.startswith("right alone, wrong after other calls")
        assert (failure.reproduction or "").count("answer(") == num_calls


def test_a_draw_after_a_restart_finds_no_file(make_exercise: MakeExercise) -> None:
    """Each draw begins with an empty folder, whatever the one before left."""
    source = """\
    @generated(1, count=9)
    def kept(solution, draw):
        \"\"\"What is saved is there after a restart.\"\"\"
        number = draw.integer(0, 9)
        solution.limit_files(1_000)
        assert solution.add("a", number) == [number]
        solution.restart()
        assert solution.add("a", number) == [number, number]
    """
    right = """\
    def add(name, number):
        with open(name, "a") as file:
            print(number, file=file)
        with open(name) as file:
            return [int(line) for line in file]
    """
    made = make_exercise(source, starter=right)
    exercise = Exercise(msgspec.structs.replace(made.question, keeps_files=True))
    report = exercise.grade(right)
    assert report.is_passed, report
    wrong = right.replace("int(line)", "min(int(line), 6)")
    failure = _shown(exercise, textwrap.dedent(wrong), right)
    assert failure.message == "at [0] it is 6, expected 7"


def test_a_limit_of_files_ends_with_its_draw(make_exercise: MakeExercise) -> None:
    """The next draw, in the same process, writes as much as it likes."""
    source = """\
    @generated(1, count=5)
    def limited(solution, draw):
        \"\"\"What is full is told.\"\"\"
        assert solution.save("a" * 50) == True
        solution.limit_files(draw.integer(1, 9))
        assert solution.save("a" * 50) == False
    """
    right = """\
    def save(text):
        try:
            with open("a", "w") as file:
                file.write(text)
        except OSError:
            return False
        return True
    """
    made = make_exercise(source, starter=right)
    exercise = Exercise(msgspec.structs.replace(made.question, keeps_files=True))
    report = exercise.grade(right)
    assert report.is_passed, report
    wrong = """\
    is_full = False

    def save(text):
        global is_full
        try:
            with open("a", "w") as file:
                file.write(text)
        except OSError:
            is_full = True
        return not is_full
    """
    failure = _shown(exercise, wrong, right)
    message = "right alone, wrong after other calls: it is False, expected True"
    assert failure.message == message


_MISUSES = {
    "called": ("solution.answer(1)(2)", "1", "'int' object is not callable"),
    "an item": ("solution.answer(1)[0]", "None", "is not subscriptable"),
    "a key": ("solution.answer(1)['a']", "{}", "'a'"),
    "an attribute": ("solution.answer(1).size()", "{}", "no attribute 'size'"),
    "a length": ("len(solution.answer(1))", "3", "has no len()"),
    "an order": ("solution.answer(1)", "None", "not supported between"),
    "the length of an object": (
        "len(solution.answer(1))",
        "iter([])",
        "an object of type list_iterator stays where it is",
    ),
    "an item of an object": (
        "solution.answer(1)[0]",
        "iter([])",
        "an object of type list_iterator stays where it is",
    ),
    "a text of an object": (
        "str(solution.answer(1))",
        "iter([])",
        "an object of type list_iterator stays where it is",
    ),
    "an attribute of a value": (
        "attribute(solution.answer(1), 'name')",
        "3",
        "a int came where an object should",
    ),
    "the signature of a value": (
        "signature(solution.answer(1))",
        "[3]",
        "a list came where an object should",
    ),
}


@pytest.mark.parametrize(("asked", "wrong", "told"), _MISUSES.values(), ids=_MISUSES)
@pytest.mark.parametrize("is_asserted", [True, False])
def test_an_answer_that_cannot_be_used_is_a_wrong_answer(
    make_exercise: MakeExercise, asked: str, wrong: str, told: str, is_asserted: bool
) -> None:
    """What the question does with it is no mistake of the grader's."""
    body = f"assert {asked} <= 9" if is_asserted else f"value = {asked} <= 9"
    exercise = make_exercise(
        "from perfkata.judge.grading import attribute, signature\n\n"
        f'@level(1)\ndef one(solution):\n    """One."""\n    {body}\n'
    )
    source = f"def answer(number):\n    return {wrong}\n"
    report = exercise.grade(source)
    assert report.levels[0].verdict is LevelVerdict.WRONG_ANSWER, report
    message = only_failure(report).message
    assert message.startswith("its answer cannot be used as the question says: ")
    assert told in message
    program = only_failure(report).reproduction or ""
    assert exercise.run(program, source).returncode != 0


def test_what_a_function_of_a_case_gives_must_cross(
    make_exercise: MakeExercise,
) -> None:
    """An object of the grader's that is not given is its mistake."""
    report = make_exercise(
        '''
        @level(1)
        def one(solution):
            """One."""

            def make():
                return object()

            solution.answer(make)
        '''
    ).grade("def answer(make):\n    return make()\n")
    assert report.verdict is SubmissionVerdict.OUR_FAULT
    assert "a function of the grader gives what does not cross" in (
        report.message or ""
    )


def test_an_object_is_given_by_public_names_alone(make_exercise: MakeExercise) -> None:
    """What begins with an underscore belongs to Python, and is not given."""
    report = make_exercise(
        '''
        from perfkata.judge.grading import given

        @level(1)
        def one(solution):
            """One."""
            solution.answer(given([], methods=("__len__",)))
        '''
    ).grade(_RIGHT)
    assert report.verdict is SubmissionVerdict.OUR_FAULT
    assert "'__len__' of a list cannot be given" in (report.message or "")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("one = {}['a']", "KeyError: 'a'"),
        ("assert len(3) == 1", "TypeError"),
        ("solution.answer({}['a'])", "KeyError: 'a'"),
        ("signature(print)", "AttributeError"),
        ("attribute(3, 'a')", "AttributeError"),
    ],
)
def test_a_case_that_got_no_answer_fails_itself(
    make_exercise: MakeExercise, body: str, told: str
) -> None:
    """Before the first answer every mistake is the grader's."""
    report = make_exercise(
        "from perfkata.judge.grading import attribute, signature\n\n"
        f'@level(1)\ndef one(solution):\n    """One."""\n    {body}\n'
    ).grade(_RIGHT)
    assert report.verdict is SubmissionVerdict.OUR_FAULT
    assert f"the case one failed itself: {told}" in (report.message or "")


_DRAWS_BESIDE = '''\
import itertools

numbers = itertools.count()


@generated(1, count=3)
def one(draw):
    """One."""
    return [call("answer", [next(numbers)]).gives(-1)]
'''
_FAULTS = {
    "asks nothing while it draws": (
        '@generated(1, count=1)\ndef one(s, draw):\n    """One."""',
        "the case one asks the solution nothing",
    ),
    "fails itself while it draws": (
        '@generated(1, count=1)\ndef one(s, draw):\n    """1."""\n    draw.choice([])',
        "the case one failed itself: ValueError",
    ),
    "keeps files that it has not": (
        '@level(1)\ndef one(s):\n    """One."""\n    s.scratch.names()',
        "the submission has no scratch folder",
    ),
    "hands over a default that does not cross": (
        '@level(1)\ndef one(s):\n    """One."""\n    s.f(lambda a=object(): 1)',
        "of type object",
    ),
    "asks nothing": (
        '@level(1)\ndef one(s):\n    """One."""',
        "asks the solution nothing",
    ),
    "fails itself": (
        '@level(1)\ndef one(s):\n    """One."""\n    assert s.answer({}[1]) == 1',
        "the case one failed itself: KeyError: 1",
    ),
    "passes what does not cross": (
        '@level(1)\ndef one(s):\n    """One."""\n    s.answer({1: object})',
        "an argument does not cross to the submission: a value of type type",
    ),
    "passes a subclass": (
        '@level(1)\ndef one(s):\n    """One."""\n    s.f(type("S", (list,), {})())',
        "does not cross to the submission: a value of type S (a subclass of list)",
    ),
    "raises without a call": (
        '@level(1)\ndef one(s):\n    """1."""\n    with s.raises(KeyError): s.x',
        "block made no call",
    ),
    "draws nothing": (
        '@generated(1, count=1)\ndef one(draw):\n    """One."""\n    return []',
        "the case one draws no step",
    ),
    "draws an error": (
        '@generated(1, count=1)\ndef one(draw):\n    """One."""\n    draw.choice([])',
        "the case one cannot be drawn: ValueError: an empty range",
    ),
    "asserts in a draw": (
        '@generated(1, count=1)\ndef one(draw):\n    """One."""\n    assert 1 == 1',
        "an assert outside a case",
    ),
    "draws beside the draw": (
        _DRAWS_BESIDE,
        "the case one draws otherwise for the same choices",
    ),
}


@pytest.mark.parametrize(("grader", "told"), _FAULTS.values(), ids=_FAULTS)
def test_a_mistake_of_a_case_is_our_fault(
    make_exercise: MakeExercise, grader: str, told: str
) -> None:
    """What a grader does wrong is never told as the submission's failure."""
    report = make_exercise(grader).grade(_RIGHT)
    assert report.verdict is SubmissionVerdict.OUR_FAULT
    assert told in (report.message or "")
    assert (report.earned, report.is_passed) == (0, False)

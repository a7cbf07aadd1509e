"""A grade in the terminal: what is printed, in which order, and how it ends."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pexpect
import pytest

from perfkata.judge.report import SCHEMA_VERSION, LevelVerdict, Reports

if TYPE_CHECKING:
    from tests.cli.conftest import Golden, Perfkata

_HANG = """\
def double(numbers):
    while True:
        pass
"""
# Fails only on inputs that no shrinking makes short.
_FAILS_AT_LENGTH = """\
def double(numbers):
    is_varied = len(set(numbers)) >= 400
    return [] if is_varied else [2 * number for number in numbers]
"""
# Prints many lines, one of them very long, before it gives no answer.
_PRINTS_MUCH = """\
def double(numbers):
    for number in range(40):
        print("line", number, "." * (500 if number == 2 else 0))
"""
_WAIT_S = 30.0
# Other measurements of this user may have to end first.
_TURN_S = 120.0
_ENDED_S = 10_000


def test_a_right_answer_earns_its_points(perfkata: Perfkata, golden: Golden) -> None:
    """Every level passes, the measure stays open, and the exit code is 0."""
    answer = perfkata.answer(perfkata.right_answer("01").read_text())
    done = perfkata("grade", "01", answer.name, "--seed", 7, "--levels-only")
    assert (done.code, done.err) == (0, "")
    golden("right.txt", perfkata.masked(done.out))


@pytest.mark.parametrize("name", ["adds_two", "doubles_in_place", "eight_at_most"])
def test_a_wrong_answer_is_told_why(
    perfkata: Perfkata, golden: Golden, name: str
) -> None:
    """A failed level names its case, what was expected, what came, how to see it."""
    answer = perfkata.answer(perfkata.wrong_answer("01", name).read_text())
    done = perfkata("grade", "01", answer.name, "--seed", 7)
    assert (done.code, done.err) == (1, "")
    golden(f"{name}.txt", perfkata.masked(done.out))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("syntax", "def double(numbers):\n    return [2 * n for n in numbers\n"),
        ("missing", "def duoble(numbers):\n    return numbers\n"),
        ("signature", "def double():\n    return []\n"),
        ("raises_at_once", "def double(numbers):\n    raise KeyError('no')\n"),
        ("exits", "import sys\n\nsys.exit(0)\n"),
        ("empty", ""),
    ],
)
def test_what_cannot_be_graded_is_told_why(
    perfkata: Perfkata, golden: Golden, name: str, text: str
) -> None:
    """A file that does not load, or raises at once, is told so in Python's words."""
    answer = perfkata.answer(text)
    done = perfkata("grade", "01", answer.name, "--seed", 7)
    assert (done.code, done.err) == (1, "")
    golden(f"{name}.txt", perfkata.masked(done.out))


def test_what_is_not_allowed_is_told_with_the_reason(perfkata: Perfkata) -> None:
    """A rule of the exercise is quoted as the question states it."""
    answer = perfkata.answer("import heapq\n\n\ndef span(numbers):\n    return None\n")
    done = perfkata("grade", "03", answer.name)
    assert done.code == 1
    assert "Not allowed" in done.out
    words = " ".join(done.out.split())
    assert "heapq. Both ends are found in one walk" in words


def test_forty_columns_are_enough(perfkata: Perfkata, golden: Golden) -> None:
    """On a narrow terminal only code and commands are wider than it."""
    answer = perfkata.answer(perfkata.wrong_answer("01", "adds_two").read_text())
    done = perfkata("grade", "01", answer.name, "--seed", 7, COLUMNS="40")
    golden("narrow.txt", perfkata.masked(done.out))
    prose = [line for line in done.out.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= 40


def test_the_starter_fails_the_first_level(perfkata: Perfkata) -> None:
    """An untouched workspace is graded, and earns nothing."""
    perfkata("start", "1")
    done = perfkata("grade", "1")
    assert done.code == 1
    assert "NotImplementedError" in done.out
    advice = "solution.py is still the starter: read question.md, then write it.\n"
    assert f"\n{advice}0 of 80 points" in done.out


def test_an_answer_that_was_begun_is_no_starter(perfkata: Perfkata) -> None:
    """One comment more, and nobody is told to begin."""
    perfkata("start", "1")
    solution = perfkata.home / "perfkata" / "01_double" / "solution.py"
    solution.write_text(solution.read_text() + "# mine\n")
    assert "still the starter" not in perfkata("grade", "1").out


def test_one_reason_is_shown_once(perfkata: Perfkata) -> None:
    """Of levels that fail alike the first is explained, and the others refer to it."""
    answer = perfkata.answer("def double(numbers):\n    raise KeyError('no')\n")
    out = perfkata("grade", "1", answer.name).out
    assert out.count("KeyError: 'no'") == 2
    assert "\nLevel 2: raised, for the same reason as level 1\n" in out


def test_other_reasons_are_shown_each(perfkata: Perfkata) -> None:
    """Where what came differs, every level has its own explanation."""
    answer = perfkata.answer(
        "def double(numbers):\n"
        "    return [7] if numbers == [21] else [2 * n for n in numbers][:8]\n"
    )
    out = perfkata("grade", "1", answer.name, "--seed", 7).out
    assert out.count("To see it yourself") == 2
    assert "same reason" not in out


def test_a_failed_level_says_where_it_ended(perfkata: Perfkata) -> None:
    """Cases that were never tried are not counted as if they had been."""
    answer = perfkata.answer("def double(numbers):\n    return numbers\n")
    lines = perfkata("grade", "1", answer.name).out.splitlines()
    (line,) = (line for line in lines if line.startswith("  level 1"))
    assert line.endswith("  at case 2")


def test_what_was_printed_does_not_flood_the_screen(perfkata: Perfkata) -> None:
    """Five lines at either end are shown, none longer than 200 characters."""
    answer = perfkata.answer(_PRINTS_MUCH)
    out = perfkata("grade", "1", answer.name, "--level", 1).out
    _, _, rest = out.partition("It printed:\n")
    printed = [line[4:] for line in rest.partition("  To see it")[0].splitlines()]
    assert printed[:2] == ["line 0", "line 1"]
    assert (len(printed[2]), printed[2][-1]) == (200, "…")
    assert printed[5] == "… 30 lines between …"
    assert printed[6:] == [f"line {number}" for number in range(35, 40)]


def test_the_answer_in_the_current_workspace_is_meant(perfkata: Perfkata) -> None:
    """Without a file, the workspace that one stands in is graded, or else the usual."""
    perfkata("start", "1")
    perfkata("start", "1", "--into", "other")
    other = perfkata.folder / "other" / "01_double"
    (other / "solution.py").write_text(perfkata.right_answer("01").read_text())
    assert perfkata("grade", "1").code == 1
    done = perfkata("grade", "1", "--levels-only", cwd=other)
    assert done.code == 0
    assert "\n  solution.py\n" in done.out


def test_levels_can_be_chosen(perfkata: Perfkata) -> None:
    """Only the levels that were asked for are graded, and count."""
    answer = perfkata.wrong_answer("01", "eight_at_most")
    done = perfkata("grade", "1", answer, "--level", 1)
    assert done.code == 0
    assert "50 of 50 points" in done.out
    assert "level 2" not in done.out
    assert perfkata("grade", "1", answer, "--level", 2).code == 1
    assert perfkata("grade", "1", answer, "--level", 1, "--level", 2).code == 1


def test_a_right_answer_is_measured(perfkata: Perfkata) -> None:
    """Without options a measure is taken, and what it found is on the screen."""
    right = perfkata.right_answer("01")
    done = perfkata("grade", "1", right)
    assert (done.code, done.err) == (0, "")
    assert re.search(r"\n  measure  Cost of a number  .+/20", done.out)
    assert "not measured" not in done.out
    assert "\nCost of a number: " in done.out
    assert "3_map" in done.out


@pytest.mark.parametrize("rest", [("--levels-only",), ("--level", "1")])
def test_levels_alone_can_be_asked_for(
    perfkata: Perfkata, rest: tuple[str, ...]
) -> None:
    """Then nothing is measured, its points stay open, and the reason is told."""
    right = perfkata.right_answer("01")
    done = perfkata("grade", "1", right, *rest)
    assert done.code == 0
    assert "not measured  -/20  only levels were asked for" in done.out
    assert "20 more stay open" in done.out


@pytest.mark.parametrize("level", [0, 3, -1])
def test_an_unknown_level_is_refused(perfkata: Perfkata, level: int) -> None:
    """A level that the question does not have is wrong use; those it has are named."""
    done = perfkata("grade", "1", perfkata.right_answer("01"), f"--level={level}")
    assert (done.code, done.out) == (2, "")
    assert "1 to 2" in done.complaint


@pytest.mark.parametrize("seed", ["-1", "x", str(2**48), "1.5"])
def test_a_seed_that_is_none_is_refused(perfkata: Perfkata, seed: str) -> None:
    """Seeds are whole numbers below 2**48, as the judge draws them."""
    done = perfkata("grade", "1", perfkata.right_answer("01"), f"--seed={seed}")
    assert (done.code, done.out) == (2, "")
    assert "--seed" in done.complaint


def test_a_seed_draws_the_same_inputs_again(perfkata: Perfkata) -> None:
    """With one seed the same inputs come, and with another seed others."""
    answer = perfkata.answer(
        "import hashlib\n\n\n"
        "def double(numbers):\n"
        "    is_unlucky = hashlib.sha256(repr(numbers).encode()).digest()[0] < 16\n"
        "    return None if is_unlucky else [2 * number for number in numbers]\n"
    )

    def num_cases(seed: int) -> int:
        arguments = ("grade", "1", answer, "--level", 2, "--seed", seed, "--json")
        (report,) = json.loads(perfkata(*arguments).out)["reports"]
        assert report["seed"] == seed
        return int(report["levels"][0]["num_cases"])

    before_failing = [num_cases(seed) for seed in range(8)]
    assert before_failing == [num_cases(seed) for seed in range(8)]
    assert len(set(before_failing)) > 1


def test_several_files_get_a_block_each_and_a_summary(
    perfkata: Perfkata, golden: Golden
) -> None:
    """Files are graded in order, and the last lines compare them."""
    right = perfkata.answer(perfkata.right_answer("01").read_text(), "right.py")
    wrong = perfkata.answer("def double(numbers):\n    return numbers\n", "wrong.py")
    none = perfkata.answer("double = 1\n", "none.py")
    files = (right.name, wrong.name, none.name)
    done = perfkata("grade", "1", *files, "--seed", 7, "--levels-only")
    assert (done.code, done.err) == (1, "")
    golden("several.txt", perfkata.masked(done.out))


def test_files_of_one_command_are_graded_on_the_same_inputs(
    perfkata: Perfkata,
) -> None:
    """One seed is drawn for all files, and another one by the next command."""
    right = perfkata.right_answer("01")
    seeds = []
    for _ in range(2):
        done = perfkata("grade", "1", right, right, "--level", 1, "--json")
        first, second = json.loads(done.out)["reports"]
        assert first["seed"] == second["seed"]
        seeds.append(first["seed"])
    assert seeds[0] != seeds[1]


def test_a_missing_file_is_named_before_any_is_graded(perfkata: Perfkata) -> None:
    """A name typed wrong shows at once, and nothing is graded."""
    done = perfkata("grade", "1", perfkata.right_answer("01"), "nowhere.py")
    assert (done.code, done.out) == (2, "")
    assert "nowhere.py" in done.complaint


def test_json_is_the_reports_and_nothing_else(
    perfkata: Perfkata, golden: Golden
) -> None:
    """Standard output is one object that reads back as the typed reports."""
    answer = perfkata.answer(perfkata.wrong_answer("01", "eight_at_most").read_text())
    right = perfkata.right_answer("01")
    options = ("--seed", 7, "--levels-only", "--json")
    done = perfkata("grade", "01", answer.name, right, *options)
    assert (done.code, done.err) == (1, "")
    reports = msgspec.json.decode(done.out, type=Reports, strict=True)
    assert reports.schema_version == SCHEMA_VERSION
    assert [report.is_passed for report in reports.reports] == [False, True]
    assert reports.reports[0].levels[1].verdict is LevelVerdict.WRONG_ANSWER
    masked = perfkata.masked(done.out).replace(str(right), "/RIGHT.py")
    golden("report.json", masked)


def test_json_of_wrong_use_is_nothing(perfkata: Perfkata) -> None:
    """What cannot be graded leaves standard output empty, for whoever parses it."""
    done = perfkata("grade", "9", "--json")
    assert (done.code, done.out) == (2, "")


def test_text_of_a_submission_is_never_obeyed(perfkata: Perfkata) -> None:
    """Escape codes in what it prints, raises and answers are shown, not sent."""
    answer = perfkata.answer(
        "def double(numbers):\n"
        "    print('\\x1b]0;title\\x07\\x1b[2J printed [red]')\n"
        "    raise ValueError('\\x1b[1A\\x9b2K raised \\r[bold]')\n"
    )
    done = perfkata("grade", "1", answer.name, "--level", 1)
    assert not set(done.out) & set("\x1b\x07\x9b\r")
    assert "\\x1b]0;title\\x07\\x1b[2J printed [red]" in done.out
    assert "\\x1b[1A\\x9b2K raised \\r[bold]" in done.out


def test_a_long_reproduction_is_written_beside_the_answer(perfkata: Perfkata) -> None:
    """What is too long to show is a file in the workspace, which fails when it runs."""
    perfkata("start", "1")
    folder = perfkata.home / "perfkata" / "01_double"
    (folder / "solution.py").write_text(_FAILS_AT_LENGTH)
    done = perfkata("grade", "1", "--seed", 7, cwd=folder)
    written = folder / "failure_2.py"
    assert done.code == 1
    num_more = int(re.findall(r"… (\d+) more lines in ", done.out)[0])
    assert f"    … {num_more} more lines in {written}\n" in done.out
    assert len(written.read_text().splitlines()) >= 30 + num_more
    _, _, shown = done.out.partition("beside the answer:\n")
    assert len(shown.partition("    …")[0].splitlines()) == 30
    rerun = subprocess.run(
        [sys.executable, written], cwd=folder, capture_output=True, check=False
    )
    assert rerun.returncode == 1
    assert b"AssertionError" in rerun.stderr


def test_an_answer_elsewhere_leaves_no_file(perfkata: Perfkata) -> None:
    """Outside of a workspace nothing is written, whatever fails."""
    answer = perfkata.answer(_FAILS_AT_LENGTH)
    before = set(perfkata.folder.rglob("*"))
    done = perfkata("grade", "1", answer.name, "--seed", 7)
    assert done.code == 1
    assert re.search(r"\n    … \d+ more lines: --json has them\n", done.out)
    assert set(perfkata.folder.rglob("*")) == before
    done = perfkata("grade", "1", answer.name, "--seed", 7, "--json")
    (report,) = json.loads(done.out)["reports"]
    assert len(report["levels"][1]["failure"]["reproduction"].splitlines()) > 30


def test_a_broken_grader_is_our_own_fault(perfkata: Perfkata, track: Path) -> None:
    """A question that cannot grade gives exit code 3, and says how to look into it."""
    grader = track / "questions" / "01_double" / "interviewer" / "grader.py"
    grader.write_text("this is no Python\n")
    right = perfkata.right_answer("01")
    done = perfkata("grade", "1", right, PERFKATA_CONTENT=str(track))
    assert done.code == 3
    assert "Our own fault" in done.out
    assert "perfkata check 01" in done.out


@pytest.mark.parametrize("rest", [(), ("--json",)])
def test_an_unknown_layer_is_wrong_use(
    perfkata: Perfkata, rest: tuple[str, ...]
) -> None:
    """A layer that does not exist is named with those that do, and nothing graded."""
    right = perfkata.right_answer("01")
    done = perfkata("grade", "1", right, *rest, PERFKATA_ISOLATION="magic")
    assert (done.code, done.out) == (2, "")
    assert done.complaint.startswith("PERFKATA_ISOLATION is 'magic', which is no layer")
    assert "namespaces, landlock, limits" in done.complaint


def test_the_weakest_layer_is_said_to_be_weak(perfkata: Perfkata) -> None:
    """Without namespaces a grade still comes, and does not pretend to be contained."""
    right = perfkata.right_answer("01")
    done = perfkata("grade", "1", right, "--levels-only", PERFKATA_ISOLATION="limits")
    assert done.code == 0
    assert "isolation: limits" in done.out
    assert "perfkata doctor" in done.out


def test_each_level_is_printed_when_it_is_decided(perfkata: Perfkata) -> None:
    """The first level's line is there while the second still runs."""
    answer = perfkata.answer(
        "def double(numbers):\n"
        "    while numbers and numbers[0] not in (21, 3, 7):\n"
        "        pass\n"
        "    return [2 * number for number in numbers]\n"
    )
    process = _begin(perfkata, "grade", "1", answer.name)
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    line = next(line for line in lines if "level 1" in line)
    assert "passed" in line
    assert process.poll() is None
    # How an interrupt ends it is shown elsewhere.
    process.kill()
    process.communicate(timeout=_WAIT_S)


def test_ctrl_c_ends_a_measurement_too(perfkata: Perfkata) -> None:
    """Interrupted while it measures, it ends with 130, and so do all its processes."""
    answer = perfkata.answer(
        "def double(numbers):\n"
        "    while len(numbers) >= 900:\n"
        "        pass\n"
        "    return [2 * number for number in numbers]\n"
    )
    with _in_terminal(perfkata, "grade", "1", answer.name) as terminal:
        begun = r"measuring cost_per_number: trying 1,000 … \d+ s"
        terminal.expect(begun, timeout=_TURN_S)
        descendants = [os.pidfd_open(pid) for pid in _descendants(terminal.pid)]
        terminal.sendintr()
        terminal.expect("perfkata: interrupted")
        terminal.expect(pexpect.EOF)
        terminal.close()
    assert terminal.exitstatus == 130
    assert descendants
    assert all(_has_ended(process) for process in descendants)


@pytest.mark.parametrize("layer", ["namespaces", "limits"])
def test_ctrl_c_leaves_nothing_behind(perfkata: Perfkata, layer: str) -> None:
    """Interrupted in a hang, it ends with 130, and so do all processes it started."""
    answer = perfkata.answer(_HANG)
    with _in_terminal(
        perfkata, "grade", "1", answer.name, PERFKATA_ISOLATION=layer
    ) as terminal:
        terminal.expect("grading level 1: Lists of numbers … 1 s")
        descendants = [os.pidfd_open(pid) for pid in _descendants(terminal.pid)]
        terminal.sendintr()
        terminal.expect("perfkata: interrupted")
        terminal.expect(pexpect.EOF)
        terminal.close()
    assert terminal.exitstatus == 130
    assert descendants
    assert all(_has_ended(process) for process in descendants)


def test_being_terminated_leaves_nothing_behind(perfkata: Perfkata) -> None:
    """SIGTERM ends it with 143, and all processes that it started."""
    answer = perfkata.answer(_HANG)
    process = _begin(perfkata, "grade", "1", answer.name, PERFKATA_ISOLATION="limits")
    assert process.stdout is not None
    assert process.stdout.readline()
    while not (pids := _descendants(process.pid)):
        assert process.poll() is None
    descendants = [os.pidfd_open(pid) for pid in pids]
    process.terminate()
    _, err = process.communicate(timeout=_WAIT_S)
    assert (process.returncode, err) == (143, "")
    assert all(_has_ended(descendant) for descendant in descendants)


def test_a_terminal_sees_colours_and_no_remains_of_progress(
    perfkata: Perfkata,
) -> None:
    """In a terminal verdicts are coloured, and the progress line erases itself."""
    answer = perfkata.answer(
        "import time\n\n\n"
        "def double(numbers):\n"
        "    if not numbers:\n"
        "        time.sleep(1.5)\n"
        "    return [2 * number for number in numbers]\n"
    )
    with _in_terminal(perfkata, "grade", "1", answer.name, "--level", "1") as terminal:
        terminal.expect("grading level 1: Lists of numbers")
        terminal.expect(pexpect.EOF)
        terminal.close()
    assert terminal.exitstatus == 0
    assert terminal.before is not None
    shown = _as_seen(terminal.before)
    assert "\x1b[32mpassed" in shown
    assert "grading" not in shown


def test_no_color_means_no_escape_codes(perfkata: Perfkata) -> None:
    """NO_COLOR holds in a terminal too."""
    right = perfkata.right_answer("01")
    arguments = ("grade", "1", right, "--levels-only")
    with _in_terminal(perfkata, *arguments, NO_COLOR="1") as terminal:
        terminal.expect(pexpect.EOF)
        terminal.close()
    assert terminal.before is not None
    assert "passed" in terminal.before
    assert not re.search(r"\x1b\[[0-9;]*m", terminal.before)


@contextmanager
def _in_terminal(
    perfkata: Perfkata, *arguments: object, **environment: str
) -> Iterator[Any]:
    """Run it in a terminal of 100 columns."""
    command, *rest = [*perfkata.command, *map(str, arguments)]
    terminal = pexpect.spawn(
        command,
        rest,
        cwd=str(perfkata.folder),
        env={**perfkata.environment, "TERM": "xterm-256color", **environment},
        encoding="utf-8",
        dimensions=(40, 100),
        timeout=_WAIT_S,
    )
    try:
        yield terminal
    finally:
        terminal.close(force=True)


def _as_seen(text: str) -> str:
    """Drop what was erased again: all before the last erasure of each line."""
    lines = re.split(r"\r?\n", text)
    return "\n".join(re.split(r"\r\x1b\[K", line)[-1] for line in lines)


def _begin(
    perfkata: Perfkata, *arguments: object, **environment: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*perfkata.command, *map(str, arguments)],
        cwd=perfkata.folder,
        env={**perfkata.environment, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def _descendants(pid: int) -> list[int]:
    """All processes below one, as /proc has them now."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _has_ended(process: int) -> bool:
    """Whether a process ends; its descriptor becomes readable then."""
    poll = select.poll()
    poll.register(process, select.POLLIN)
    try:
        return bool(poll.poll(_ENDED_S))
    finally:
        os.close(process)

"""Tests of running what a question shows its learner."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

import pytest

from perfkata.judge.contract.programs import (
    Ended,
    run_examples,
    run_reproduction,
    run_statement,
)
from perfkata.judge.contract.run_blocks import run
from perfkata.judge.sandbox import Limits
from tests.judge.contract.conftest import Copied

ANSWER = b"def double(numbers):\n    return [2 * number for number in numbers]\n"
RIGHT = "from solution import double\nassert double([2]) == [4]\n"


def test_a_program_that_reaches_its_end_passes(double: Copied) -> None:
    """It runs beside the answer."""
    ended = run_reproduction(double.question, ANSWER, RIGHT)
    assert ended == Ended(True, 0, "")


def test_what_is_handed_out_lies_beside_it(span: Copied) -> None:
    """given.py is there if the question has one."""
    program = "import given, solution\nassert given.Span(1, 2).high == 2\n"
    assert run_reproduction(span.question, b"", program).is_good


def test_a_program_may_end_in_another_folder(double: Copied) -> None:
    """A reproduction with files goes to a folder that is gone at its end."""
    program = "import os, tempfile\nfolder = tempfile.TemporaryDirectory()\n"
    program += "os.chdir(folder.name)\nopen('a', 'w').close()\n"
    assert run_reproduction(double.question, ANSWER, program).is_good
    ended = run_reproduction(double.question, ANSWER, program + "assert 1 == 2\n")
    assert not ended.is_good


def test_of_perfkata_the_machines_are_there_and_nothing_else(double: Copied) -> None:
    """A reproduction may make a machine; a grader's language is out of its sight."""
    machine = "from perfkata.machines.network import Cluster\nCluster.from_lists([[1]])"
    assert run_reproduction(double.question, ANSWER, machine).is_good
    block: list[list[object]] = [[1, machine]]
    assert run_statement(double.question, ANSWER, block) == ""
    ended = run_reproduction(double.question, ANSWER, "import perfkata.judge.grading")
    assert "ModuleNotFoundError" in ended.reason


@pytest.mark.parametrize(
    ("program", "exit_code", "reason"),
    [
        ("assert 1 == 2", 1, "exit code 1: AssertionError"),
        (
            "import solution; solution.halve(2)",
            1,
            "exit code 1: AttributeError: module",
        ),
        ("import sys; sys.exit()", 0, "exit code 0"),
        ("import os; os._exit(0)", 0, "exit code 0"),
        ("import os; os.kill(os.getpid(), 9)", -signal.SIGKILL, "exit code -9"),
        ("print('x' * 2**21)", 120, "exit code 120"),
        ("x = bytearray(2**31)", 1, "MemoryError"),
    ],
)
def test_a_program_that_does_not_reach_its_end_fails(
    double: Copied, program: str, exit_code: int, reason: str
) -> None:
    """An error, an early end however polite, a signal, too much of anything."""
    ended = run_reproduction(double.question, ANSWER, program)
    assert not ended.is_good
    assert ended.exit_code == exit_code
    assert reason in ended.reason


@pytest.mark.parametrize(
    "program", ["while True: pass", "import time; time.sleep(60)", "input(); 1 / 0"]
)
def test_a_timed_program_ends(double: Copied, program: str) -> None:
    """Work, waiting, and asking a person all come to an end, and do not pass."""
    limits = Limits(cpu_s=1.0, patience=0.5)
    ended = run_reproduction(double.question, ANSWER, program, limits, is_timed=True)
    assert not ended.is_good


def test_nothing_is_left_running(double: Copied, tmp_path: Path) -> None:
    """What a program started ends with it."""
    note = tmp_path / "pid"
    program = (
        "import subprocess, sys\n"
        "code = 'import time; time.sleep(600)'\n"
        "child = subprocess.Popen([sys.executable, '-c', code])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n"
    )
    assert run_reproduction(double.question, ANSWER, program).is_good
    try:
        handle = os.pidfd_open(int(note.read_text(encoding="utf-8")))
    except ProcessLookupError:
        return
    # It was killed, and needs a moment to be gone.
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    assert poll.poll(10_000)
    os.close(handle)


def test_the_environment_is_the_programs_own(
    double: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables of the caller change nothing, and hashes are the same each time."""
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    program = (
        "import os\nassert os.environ['PYTHONPATH'] != '/nowhere'\nassert hash('a')"
    )
    assert run_reproduction(double.question, ANSWER, program).is_good
    assert run_examples(double.question, ANSWER).is_good


def test_examples_do_not_write_into_the_question(double: Copied) -> None:
    """They run in a folder that is gone afterwards."""
    before = sorted(double.folder.rglob("*"))
    assert run_examples(double.question, ANSWER).is_good
    assert sorted(double.folder.rglob("*")) == before


def test_blocks_share_their_names() -> None:
    """A later block sees what an earlier one made, whichever kind it is."""
    blocks = [
        (1, ">>> one = 1\n>>> one\n1\n"),
        (5, "two = one + 1\nassert two == 2\n"),
        (9, ">>> one + two\n3\n"),
    ]
    assert run(blocks, {}) == []


def test_each_fault_has_its_line() -> None:
    """Faults of all blocks are told, with the lines of the statement."""
    blocks = [
        (10, ">>> 1 + 1\n3\n"),
        (20, "x = 1\nraise SystemExit\n"),
        (30, ">>>x\n"),
        (40, "def (:\n"),
        (50, ">>> x\n1\n"),
    ]
    first, second, third, fourth = run(blocks, {})
    assert "line 10," in first and "Expected:" in first
    assert "line 21," in second and "SystemExit" in second
    assert "line 30" in third
    assert "line 40" in fourth and "SyntaxError" in fourth


def test_a_statement_is_run_beside_an_answer(double: Copied) -> None:
    """Names of the answer are known, modules can be imported, faults are told."""
    good: list[list[object]] = [[3, ">>> double([4])\n[8]\n"], [9, "import solution\n"]]
    assert run_statement(double.question, ANSWER, good) == ""
    wrong: list[list[object]] = [[3, ">>> double([4])\n[9]\n"]]
    assert "line 3" in run_statement(double.question, ANSWER, wrong)
    dying: list[list[object]] = [[3, "import os\nos._exit(3)\n"]]
    assert run_statement(double.question, ANSWER, dying) == "exit code 3"
    assert "ZeroDivisionError" in run_statement(double.question, b"1 / 0", good)

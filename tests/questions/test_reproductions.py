"""Failures are reproductions: a learner who runs one sees it fail.

The contract runs those of all wrong answers beside the answer. Here, for each level and
verdict of a question, one is graded in full as ``perfkata grade`` does it, long
reproductions written into files, and the program that the report shows runs in a
workspace, beside the wrong answer and beside the model answer.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from perfkata.catalog import Question
from perfkata.judge.contract.declaration import Declaration
from perfkata.judge.grade import Options, grade
from perfkata.judge.report import Failure, LevelVerdict, SubmissionVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.submission import Submission
from tests.questions.conftest import WrongAnswer

SEED = 21
WAITED_FOR = (LevelVerdict.TOO_SLOW, LevelVerdict.DEADLOCKED)
HANG_LIMITS = Limits(cpu_s=1.0)
# A hang is what has not ended after this; anything else has much longer.
HANG_S = 3.0
PATIENCE_S = 60.0
TIMER = re.compile(r"^signal\.setitimer\(.*\)\n", re.MULTILINE)


def failure_of(
    wrong: WrongAnswer, declared: Declaration, workspace: Path
) -> Failure | None:
    """How a wrong answer fails the level that it declares; None if it is refused."""
    is_hang = declared.verdict in WAITED_FOR
    options = Options(
        seed=SEED,
        levels=None if declared.level is None else frozenset({declared.level}),
        failures_folder=workspace,
        limits=HANG_LIMITS if is_hang else Limits(),
    )
    report = grade(wrong.question, Submission.read(wrong.path), options)
    if isinstance(declared.verdict, SubmissionVerdict):
        assert report.verdict is declared.verdict
        return None
    (level,) = report.levels
    assert level.verdict is declared.verdict, level
    return level.failure


def run_in(workspace: Path, program: Path, patience_s: float) -> str:
    """Run a program in a workspace; what went wrong, or an empty text."""
    try:
        done = subprocess.run(
            [sys.executable, "-B", program.name],
            cwd=workspace,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it did not end in time"
    return "" if done.returncode == 0 else done.stderr or f"exit {done.returncode}"


def write_workspace(question: Question, answer: Path, folder: Path, name: str) -> None:
    """Write what a learner has beside a reproduction, the answer under a name."""
    (folder / name).write_bytes(answer.read_bytes())
    if question.given is not None:
        (folder / "given.py").write_bytes(question.given.read_bytes())


@pytest.mark.timeout(200)
def test_a_reproduction_fails_beside_its_answer_alone(
    wrong_answer: WrongAnswer, tmp_path: Path
) -> None:
    """It fails beside the wrong answer, and passes beside the model answer."""
    question = wrong_answer.question
    declared = wrong_answer.declared
    failure = failure_of(wrong_answer, declared, tmp_path)
    if failure is None:
        return
    program = tmp_path / f"failure_{declared.level}.py"
    if failure.reproduction_file is None:
        assert failure.reproduction is not None
        program.write_text(failure.reproduction, encoding="utf-8")
    assert program.exists()
    is_hang = declared.verdict in WAITED_FOR
    name = wrong_answer.path.name
    write_workspace(question, wrong_answer.path, tmp_path, name)
    fault = run_in(tmp_path, program, HANG_S if is_hang else PATIENCE_S)
    assert fault and "ModuleNotFoundError" not in fault, program.read_text(
        encoding="utf-8"
    )
    # What is right has more time than a hang is given, and ends all the same.
    text = program.read_text(encoding="utf-8")
    program.write_text(TIMER.sub("", text), encoding="utf-8")
    write_workspace(question, question.rungs()[-1], tmp_path, name)
    assert run_in(tmp_path, program, PATIENCE_S) == ""

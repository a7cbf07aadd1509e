"""The types of every question's files, strictly, one question at a time.

`NN_slug` is no package and `1_idea.py` no module name, and every question has a
`given` and a `solution` of its own: so each has a run of mypy, whose search path is the
question's folder, its interviewer's, and one where `solution` is the model answer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = sorted(
    facts.parent
    for content in (ROOT, ROOT / "tests" / "fake_track")
    for facts in (content / "questions").glob("*/question.toml")
    if any(facts.parent.rglob("*.py"))
)


def find_type_errors(question: Path, folder: Path, cache: str) -> str:
    """What mypy finds in a question's files; empty if nothing.

    Args:
        question: The question's folder.
        folder: Where `solution.py` may be written.
        cache: The name of mypy's cache; no two runs at once may share one.
    """
    interviewer = question / "interviewer"
    rungs = sorted(
        (interviewer / "rungs").glob("*.py"),
        key=lambda path: int(path.name.partition("_")[0]),
    )
    if rungs:
        shutil.copy(rungs[-1], folder / "solution.py")
    search_path = os.pathsep.join(map(str, (question, interviewer, folder)))
    process = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--no-error-summary"),
            *("--config-file", ROOT / "pyproject.toml"),
            *("--cache-dir", ROOT / ".mypy_cache" / f"questions-{cache}"),
            *sorted(question.rglob("*.py")),
        ],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": search_path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert process.returncode in (0, 1), process.stdout
    return process.stdout


@pytest.mark.parametrize(
    "question", HERE, ids=lambda path: str(path.relative_to(ROOT)).replace(os.sep, "/")
)
def test_a_question_is_typed(question: Path, tmp_path: Path, worker_id: str) -> None:
    """Grader, rungs, wrong answers, starter, examples: mypy finds nothing."""
    assert find_type_errors(question, tmp_path, worker_id) == ""


def test_a_type_error_is_found_wherever_it_stands(
    tmp_path: Path, worker_id: str
) -> None:
    """Each file of a made-up question is read, and its own `given` and `solution`."""
    question = tmp_path / "90_made_up"
    rungs = question / "interviewer" / "rungs"
    rungs.mkdir(parents=True)
    (question / "interviewer" / "wrong").mkdir()
    (question / "given.py").write_text("LIMIT: int = 5\n")
    mistake = 'from given import LIMIT\n\nname: str = LIMIT\nlimit: int = "five"\n'
    files = (
        *("starter.py", "interviewer/grader.py", "interviewer/rungs/1_plain.py"),
        *("interviewer/rungs/2_quick.py", "interviewer/wrong/off_by_one.py"),
    )
    for name in files:
        (question / name).write_text(mistake)
    (question / "examples.py").write_text("import solution\n\nn: int = solution.name\n")
    found = find_type_errors(question, tmp_path, worker_id).splitlines()
    for name in files:
        assert sum(f"{name}:3" in line for line in found) == 1, found
        assert sum(f"{name}:4" in line for line in found) == 1, found
    assert sum("examples.py:3" in line for line in found) == 1, found

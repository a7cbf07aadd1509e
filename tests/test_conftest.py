"""What a missing program does to a test, and what the last lines of a run say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS = """
import pytest

@pytest.mark.needs("no-such-program", install="apt-get install such")
def test_one(): pass

@pytest.mark.needs("no-such-program", install="apt-get install such")
def test_two(): pass

@pytest.mark.needs("sh", install="apt-get install dash")
def test_present(): pass

def test_machine(needs):
    needs("a sixth core", install="buy a larger machine", is_present=False)

def test_machine_that_is_there(needs):
    needs("a first core", install="buy a machine", is_present=True)

def test_other():
    pytest.skip("not on this day")
"""


def run_pytest(folder: Path, tests: str, *options: str, **variables: str) -> list[str]:
    """The lines that pytest prints for some tests, without empty ones."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "conftest.py")
    (folder / "test_them.py").write_text(tests)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CI", "PERFKATA_CI") and not name.startswith(("PYTEST", "COV"))
    }
    process = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml")),
            *(
                "--rootdir",
                str(folder),
                "-p",
                "no:cacheprovider",
                *options,
                str(folder),
            ),
        ],
        env=environment | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return [line for line in process.stdout.splitlines() if line]


def test_the_last_lines_say_what_was_not_tested(tmp_path: Path) -> None:
    """Each missing thing stands there once, with its count and the way to get it."""
    *_, title, one, two, three, end = run_pytest(tmp_path, TESTS, "-n1")
    assert "not tested here" in title
    assert [one, two, three] == [
        "1 x a sixth core: buy a larger machine",
        "2 x no-such-program: apt-get install such",
        "1 x not on this day",
    ]
    assert "2 passed, 4 skipped" in end


@pytest.mark.parametrize("variable", ["CI", "PERFKATA_CI"])
def test_under_ci_what_is_missing_is_a_failure(tmp_path: Path, variable: str) -> None:
    """A missing program fails its tests; another reason to skip stays one."""
    lines = run_pytest(tmp_path, TESTS, **{variable: "true"})
    assert "2 passed, 2 skipped, 2 errors" in lines[-1]
    assert "2 x no-such-program: apt-get install such" in lines


CARELESS = """
import time, warnings
import pytest

def test_warning(): warnings.warn("an old way")

def test_hang(): time.sleep(60)

@pytest.mark.needs("sh")
def test_need_without_its_command(): pass
"""


def test_careless_tests_fail(tmp_path: Path) -> None:
    """A warning, a hang and a `needs` without its command are failures, not skips."""
    lines = run_pytest(tmp_path, CARELESS, "--timeout=0.5")
    assert "2 failed, 1 error" in lines[-1]
    for sentence in ("UserWarning: an old way", "Timeout", "Write needs('x', install="):
        assert any(sentence in line for line in lines), sentence
    assert not any("not tested here" in line for line in lines)


def test_an_undeclared_marker_is_an_error(tmp_path: Path) -> None:
    """A marker that pyproject.toml does not declare stops the run."""
    lines = run_pytest(tmp_path, "import pytest\n@pytest.mark.quick\ndef test(): 1\n")
    assert any("'quick' not found" in line for line in lines)
    assert "1 error" in lines[-1]

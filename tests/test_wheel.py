"""The wheel is the whole program: built, installed, and run where no repository is.

Everything happens without a network: the build backend is installed already, and the
new environment sees perfkata's dependencies where they lie, but not perfkata's own
source, since a path file that is found through a path file is not read.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTENT = "perfkata/_content"
QUESTION = "21_exclusive_time"


def run(*command: str | Path, folder: Path, **variables: str) -> str:
    """What a command prints, run in a folder with few variables; it must succeed."""
    process = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("distributions")
    build = (sys.executable, "-m", "build", "--no-isolation")
    run(*build, "--outdir", folder, ROOT, folder=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    """The wheel."""
    (path,) = distributions.glob("perfkata-*.whl")
    return path


def content_files() -> set[str]:
    """Every file of the content, caches left out."""
    questions = [
        path
        for path in (ROOT / "questions").rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "__")) for part in path.parts)
    ]
    files = [ROOT / "roadmap.toml", *questions]
    return {path.relative_to(ROOT).as_posix() for path in files}


def test_the_wheel_brings_the_content(wheel: Path) -> None:
    """All of the content is in the wheel, and nothing of a test or a cache."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"{CONTENT}/{name}" for name in content_files()} == {
        name for name in names if name.startswith(f"{CONTENT}/")
    }
    assert {"perfkata/cli/__init__.py", "perfkata/py.typed"} <= names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert all(top.startswith("perfkata") for top in tops), tops
    assert not [name for name in names if "__pycache__" in name]


def test_the_sdist_holds_all(distributions: Path) -> None:
    """Who has the sdist can run the tests: code, content, tests, docs, commands."""
    (path,) = distributions.glob("perfkata-*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert content_files() <= names
    wanted = {
        *("Makefile", "constraints.txt", "scripts/setup", ".ci/run", "LICENSE"),
        *("README.md", "docs/structure.md", "tests/test_wheel.py", "tests/conftest.py"),
    }
    assert wanted - names == set()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    paths = sysconfig.get_paths("venv", vars={"base": str(folder)})
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        folder,
        "--disable-pip-version-check",
    )
    options = ("--quiet", "--no-deps", "--no-index")
    run(*pip, "install", *options, wheel, folder=folder, PIP_ROOT_USER_ACTION="ignore")
    dependencies = Path(paths["purelib"]) / "dependencies.pth"
    dependencies.write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def test_the_wheel_runs_without_its_repository(installed: Path, tmp_path: Path) -> None:
    """Elsewhere, `list` and `grade` work on the content that the wheel brought."""
    where = "import perfkata.catalog as c; print(c.__file__); print(c.content_root())"
    found = run(installed / "python", "-c", where, folder=tmp_path)
    for path in map(Path, found.splitlines()):
        assert path.is_relative_to(installed.parent), path
        assert not path.is_relative_to(ROOT), path

    listed = run(installed / "perfkata", "list", folder=tmp_path)
    for question in (ROOT / "questions").glob("*/question.toml"):
        title = tomllib.loads(question.read_text(encoding="utf-8"))["title"]
        assert title.split()[0] in listed
    rungs = ROOT / "questions" / QUESTION / "interviewer" / "rungs"
    answer = tmp_path / "answer.py"
    answer.write_text(max(rungs.glob("*.py")).read_text(encoding="utf-8"))
    graded = run(installed / "perfkata", "grade", "21", answer, folder=tmp_path)
    assert graded.count(" passed ") == 4, graded

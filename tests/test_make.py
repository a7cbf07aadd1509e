"""`make` and scripts/setup: what they do on a fresh machine, and the second time.

The interpreter and its pip are played by a shell script that writes down its calls, so
that a broken machine can be had at will and nothing is downloaded.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# What scripts/setup and the interpreter below may use; no Python is among it.
TOOLS = (
    *("awk", "bash", "cat", "chmod", "cksum", "dirname", "env", "flock", "mkdir"),
    *("mv", "rm", "tail", "tee"),
)
STATE = ".venv/.perfkata-setup"
INTERPRETER = """\
#!/usr/bin/env bash
# Plays Python {version}, with venv or without. It writes down what it is asked to do.
case "$*" in
*sys.version_info*) [ {is_new} = yes ] ;;
*ensurepip*) [ {has_venv} = yes ] ;;
*base_prefix*) echo "{version}" ;;
-V) echo "Python {version}" ;;
"-m venv"*)
    echo "venv {version}" >>"$CALLS"
    mkdir -p "$3/bin"
    cat "$0" >"$3/bin/python" && cat "$0" >"$3/bin/pip"
    chmod +x "$3/bin/python" "$3/bin/pip" ;;
"-m pip"*)
    echo "pip ${{*: -1}}" >>"$CALLS"
    if [ -e kill_here ]; then kill -9 "$SETUP"; exit 1; fi
    if [ -e fail_here ]; then echo "ERROR: no wheel of that name"; exit 1; fi
    echo "Collecting something"
    cat "$0" >.venv/bin/perfkata && chmod +x .venv/bin/perfkata ;;
*) exit 64 ;;
esac
"""


class Machine:
    """A folder with scripts/setup in it, and a PATH that holds little else."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.tools = folder / "tools"
        self.calls_file = folder / "calls"
        for path in (self.project / "scripts", self.tools):
            path.mkdir(parents=True)
        self.calls_file.touch()
        shutil.copy(ROOT / "scripts" / "setup", self.project / "scripts" / "setup")
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.project / name)
        for tool in TOOLS:
            found = shutil.which(tool)
            if found is not None:
                (self.tools / tool).symlink_to(found)

    def add_python(
        self, name: str, version: str, *, is_new: bool = True, has_venv: bool = True
    ) -> None:
        """Put an interpreter on the PATH."""
        yes = {True: "yes", False: "no"}
        path = self.tools / name
        path.write_text(
            INTERPRETER.format(
                version=version, is_new=yes[is_new], has_venv=yes[has_venv]
            )
        )
        path.chmod(0o755)

    def start(self, python: str = "") -> subprocess.Popen[str]:
        """Start scripts/setup."""
        # $SETUP names the process of the script itself, to those that it starts.
        return subprocess.Popen(
            ["bash", "-c", "SETUP=$$ exec scripts/setup"],
            cwd=self.project,
            env={
                "PATH": str(self.tools),
                "CALLS": str(self.calls_file),
                "PYTHON": python,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def setup(self, python: str = "") -> tuple[int, str]:
        """Run scripts/setup; its exit code and all that it printed."""
        process = self.start(python)
        output, _ = process.communicate()
        return process.returncode, output

    def take_calls(self) -> list[str]:
        """What the interpreters were asked to do since the last look."""
        calls = self.calls_file.read_text().splitlines()
        self.calls_file.write_text("")
        return calls


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without any Python."""
    return Machine(tmp_path)


def test_setup_makes_an_environment_once(machine: Machine) -> None:
    """The first run makes .venv and installs; the second asks pip for nothing."""
    machine.add_python("python3", "3.11.9")
    code, output = machine.setup()
    assert code == 0, output
    assert machine.take_calls() == ["venv 3.11.9", "pip setuptools", "pip .[dev]"]
    assert machine.setup() == (0, "")
    assert machine.take_calls() == []


@pytest.mark.parametrize("file", ["pyproject.toml", "constraints.txt"])
def test_setup_installs_again_after_a_change(machine: Machine, file: str) -> None:
    """A change of what is wanted is installed into the environment that is there."""
    machine.add_python("python3", "3.11.9")
    machine.setup()
    machine.take_calls()
    with (machine.project / file).open("a") as opened:
        opened.write("# changed\n")
    assert machine.setup()[0] == 0
    assert machine.take_calls() == ["pip setuptools", "pip .[dev]"]
    assert machine.setup() == (0, "")


@pytest.mark.parametrize("was_whole", [False, True])
def test_setup_that_was_killed_is_mended(machine: Machine, was_whole: bool) -> None:
    """What a killed run leaves counts for nothing; the next run begins anew."""
    machine.add_python("python3", "3.11.9")
    if was_whole:
        machine.setup()
        (machine.project / "constraints.txt").write_text("# changed")
    (machine.project / "kill_here").touch()
    code, _ = machine.setup()
    assert code == -9
    assert (machine.project / STATE).read_text() == "begun\n"
    (machine.project / "kill_here").unlink()
    machine.take_calls()
    assert machine.setup()[0] == 0
    assert machine.take_calls() == ["venv 3.11.9", "pip setuptools", "pip .[dev]"]


def test_setup_installs_into_an_environment_that_is_there(machine: Machine) -> None:
    """A .venv that somebody made in another way is used and not thrown away."""
    machine.add_python("python3", "3.11.9")
    machine.setup()
    (machine.project / STATE).unlink()
    machine.take_calls()
    assert machine.setup()[0] == 0
    assert machine.take_calls() == ["pip setuptools", "pip .[dev]"]


def test_setup_brings_back_a_command_that_is_gone(machine: Machine) -> None:
    """Without perfkata's own command the environment is not done."""
    machine.add_python("python3", "3.11.9")
    machine.setup()
    (machine.project / ".venv/bin/perfkata").unlink()
    assert machine.setup()[0] == 0
    assert (machine.project / ".venv/bin/perfkata").exists()


def test_setup_that_failed_says_why_and_leaves_no_stamp(machine: Machine) -> None:
    """Pip's last lines are shown with what to do, and the next run tries again."""
    machine.add_python("python3", "3.11.9")
    (machine.project / "fail_here").touch()
    code, output = machine.setup()
    assert code == 1
    assert "ERROR: no wheel of that name" in output
    assert "PIP_FIND_LINKS" in output
    (machine.project / "fail_here").unlink()
    machine.take_calls()
    assert machine.setup()[0] == 0
    assert machine.take_calls()[-1] == "pip .[dev]"


@pytest.mark.needs("flock", install="apt-get install util-linux")
def test_two_setups_at_once_install_once(machine: Machine) -> None:
    """The second waits for the first and then finds everything done."""
    machine.add_python("python3", "3.11.9")
    processes = [machine.start() for _ in range(4)]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    assert machine.take_calls() == ["venv 3.11.9", "pip setuptools", "pip .[dev]"]


def test_setup_after_the_folder_moved_begins_anew(machine: Machine) -> None:
    """Scripts in .venv name the folder, so they do not survive its move."""
    machine.add_python("python3", "3.11.9")
    machine.setup()
    machine.take_calls()
    machine.project = machine.project.rename(machine.project.with_name("moved"))
    assert machine.setup()[0] == 0
    assert machine.take_calls()[0] == "venv 3.11.9"


def test_setup_replaces_an_interpreter_that_is_gone(machine: Machine) -> None:
    """A .venv whose Python no longer runs is made anew."""
    machine.add_python("python3", "3.11.9")
    machine.setup()
    machine.take_calls()
    (machine.project / ".venv/bin/python").unlink()
    assert machine.setup()[0] == 0
    assert machine.take_calls()[0] == "venv 3.11.9"


def test_setup_takes_the_python_that_is_named(machine: Machine) -> None:
    """PYTHON=… wins over the one on the PATH, and stays once it is in .venv."""
    machine.add_python("python3", "3.11.9")
    machine.add_python("special", "3.13.1")
    machine.setup()
    machine.take_calls()
    assert machine.setup("special")[0] == 0
    assert machine.take_calls()[0] == "venv 3.13.1"
    assert machine.setup("special") == (0, "")
    assert machine.setup() == (0, "")


def test_setup_passes_over_a_python_that_will_not_do(machine: Machine) -> None:
    """An old python3, or one without venv, gives way to a numbered one."""
    machine.add_python("python3", "3.9.2", is_new=False)
    machine.add_python("python3.12", "3.12.3", has_venv=False)
    machine.add_python("python3.11", "3.11.9")
    assert machine.setup()[0] == 0
    assert machine.take_calls()[0] == "venv 3.11.9"


@pytest.mark.parametrize(
    ("has_python", "has_venv", "python", "sentence"),
    [
        (False, True, "", "found no Python 3.11 or newer"),
        (True, False, "", "apt-get install python3-venv"),
        (True, False, "python3", "apt-get install python3-venv"),
        (True, True, "python2", "PYTHON=python2 does not run as Python 3.11"),
    ],
)
def test_setup_without_a_python_says_what_to_do(
    machine: Machine, has_python: bool, has_venv: bool, python: str, sentence: str
) -> None:
    """What is missing is named with the command that brings it, and nothing is made."""
    if has_python:
        machine.add_python("python3", "3.11.9", has_venv=has_venv)
    code, output = machine.setup(python)
    assert code == 1
    assert sentence in output
    assert "PYTHON=/path/to/python3.12" in output
    assert not (machine.project / ".venv").exists()


def read_output(*command: str) -> str:
    """All that a command prints, run in the repository; it must succeed."""
    process = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


def make_targets() -> set[str]:
    """Every target of the Makefile."""
    text = (ROOT / "Makefile").read_text()
    return set(re.findall(r"^([a-z]+):(?!=)", text, re.MULTILINE))


@pytest.mark.needs("make", install="apt-get install make")
def test_make_help_lists_every_target() -> None:
    """`make` alone lists all targets, and all of them are phony."""
    shown = read_output("make", "--no-print-directory")
    named = re.findall(r"^make ([a-z]+) ", shown, re.MULTILINE)
    assert set(named) == make_targets()
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == make_targets()


@pytest.mark.needs("make", install="apt-get install make")
@pytest.mark.parametrize("target", sorted(make_targets() - {"help", "setup"}))
def test_a_target_sets_everything_up_first(target: str) -> None:
    """No target asks for `make setup` to have been run by hand."""
    plan = read_output("make", "--no-print-directory", "--dry-run", target)
    assert plan.splitlines()[0] == "scripts/setup"


@pytest.mark.parametrize("script", ["scripts/setup", ".ci/run"])
def test_a_script_can_be_run_and_parsed(script: str) -> None:
    """Scripts are executable, stop at the first error, and have no syntax error."""
    path = ROOT / script
    assert path.stat().st_mode & 0o111 == 0o111
    assert "\nset -euo pipefail\n" in path.read_text()
    assert read_output("bash", "-n", script) == ""


def needed_programs(source: str) -> set[tuple[str, str]]:
    """Programs that tests in a file say they need, with their packages."""
    mark = r'mark\.needs\(\s*"([^"]+)",\s*install="apt-get install ([^"]+)"'
    return set(re.findall(mark, source))


def test_a_build_installs_what_tests_need() -> None:
    """Each program that a test needs is one that .ci/run installs."""
    # Spelled in two parts: this file is read too.
    mark = (
        "@pytest.mark." + 'needs(\n "redis", install="apt-get install redis-server"\n)'
    )
    assert needed_programs(mark) == {("redis", "redis-server")}
    wanted = re.findall(
        r"^want (\S+) (\S+)$", (ROOT / ".ci/run").read_text(), re.MULTILINE
    )
    for path in (ROOT / "tests").rglob("test_*.py"):
        if path.name != "test_conftest.py":
            assert needed_programs(path.read_text()) - {*wanted} == set(), path


def constraints() -> dict[str, str]:
    """The pinned version of each package in constraints.txt, by canonical name."""
    pins: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            (version,) = requirement.specifier
            assert version.operator == "==", line
            assert requirement.url is None, line
            pins[canonicalize_name(requirement.name)] = version.version
    return pins


def development_closure() -> Iterator[str]:
    """The canonical name of every package that '.[dev]' brings along here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        extras = frozenset(requirement.extras)
        marker = requirement.marker
        wanted = marker is None or any(
            marker.evaluate({"extra": extra}) for extra in ("", *extras)
        )
        if not wanted or (name, extras) in seen:
            continue
        seen.add((name, extras))
        yield name
        for text in metadata.requires(name) or ():
            inner = Requirement(text)
            environments = [{"extra": extra} for extra in ("", *extras)]
            if inner.marker is None or any(map(inner.marker.evaluate, environments)):
                inner.marker = None
                waiting.append(str(inner))


def test_every_package_of_the_tests_is_pinned() -> None:
    """constraints.txt pins all that '.[dev]' brings, and says how it is renewed."""
    closure = set(development_closure())
    assert {"click", "rich", "pytest", "pluggy", "mypy"} <= closure
    assert closure - constraints().keys() == set()
    first_line = (ROOT / "constraints.txt").read_text().splitlines()[0]
    assert "`make constraints`" in first_line


def test_the_pins_fit_the_ranges() -> None:
    """A pin lies in the range that pyproject.toml asks for."""
    pins = constraints()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in map(Requirement, texts):
        pin = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin), requirement

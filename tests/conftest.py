"""What every test has: its own data folder, and a way to say what it needs.

A test that runs a program of the system says so and how to get it::

    @pytest.mark.needs("valgrind", install="apt-get install valgrind")

It is skipped where the program is missing, and fails there under CI (`CI` or
`PERFKATA_CI` in the environment), since nobody reads the skips of a green build. What a
machine has or has not, and nobody can install, is told by the `needs` fixture and is
only skipped. The last lines of a run list what was not tested, and what to do about it.
"""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING, NoReturn, Protocol

import hypothesis
import pytest

# A shell that starts us in the background has us ignore Ctrl-C, and with us every
# program that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Needs"]

NEED_KEY = "needs"

# An example's time depends on the machine, and no wall-clock time decides a test.
hypothesis.settings.register_profile(
    "perfkata",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("perfkata")


class Needs(Protocol):
    """What the `needs` fixture gives."""

    def __call__(self, name: str, *, install: str, is_present: bool) -> None:
        """Skip this test unless `name` is present.

        Args:
            name: A feature of the machine, such as a control group.
            install: The command that brings it, or says more about it.
            is_present: Whether it is there.
        """


def is_ci() -> bool:
    """Whether a skip for a missing program counts as a failure."""
    names = ("PERFKATA_CI", "CI")
    return any(os.environ.get(name, "").lower() in {"1", "true"} for name in names)


def skip(item: pytest.Item, name: str, install: str) -> NoReturn:
    """Skip a test, and have what it needs listed at the end."""
    item.user_properties.append((NEED_KEY, (name, install)))
    pytest.skip(f"{name} is missing here; see '{install}'.")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs are not there."""
    for marker in item.iter_markers("needs"):
        if len(marker.args) != 1 or set(marker.kwargs) != {"install"}:
            pytest.fail(
                f"{item.nodeid}: needs({marker.args}, {marker.kwargs}) takes one "
                "program and install=. Write needs('x', install='apt-get install x').",
                pytrace=False,
            )
        (program,) = marker.args
        install = marker.kwargs["install"]
        if shutil.which(program) is not None:
            continue
        if is_ci():
            item.user_properties.append((NEED_KEY, (program, install)))
            pytest.fail(
                f"{program} is missing, and under CI a skip is a failure. "
                f"Install it with '{install}', best in .ci/run.",
                pytrace=False,
            )
        skip(item, program, install)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> Iterator[None]:
    """End with what was not tested, and how to have it tested."""
    yield
    num_tests: dict[str, int] = {}
    for outcome in ("skipped", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            line = untested_line(report)
            if line is not None:
                num_tests[line] = num_tests.get(line, 0) + 1
    if not num_tests:
        return
    terminalreporter.section("not tested here")
    for line, count in sorted(num_tests.items()):
        terminalreporter.line(f"{count} x {line}")


def untested_line(report: pytest.TestReport | pytest.CollectReport) -> str | None:
    """What one report leaves untested, or None for a test that ran."""
    if isinstance(report, pytest.TestReport):
        for key, value in report.user_properties:
            if key == NEED_KEY and isinstance(value, tuple | list):
                name, install = value
                return f"{name}: {install}"
    if report.skipped and isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return None


@pytest.fixture
def needs(request: pytest.FixtureRequest) -> Needs:
    """A function that skips the test unless what it names is present."""

    def skip_unless(name: str, *, install: str, is_present: bool) -> None:
        if not is_present:
            skip(request.node, name, install)

    return skip_unless


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data, cache and settings of a test lie in its own folder, not in the user's."""
    for name in ("DATA", "CACHE", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg" / name.lower()))


@pytest.fixture(autouse=True)
def own_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that run side by side do not wait for each other to measure."""
    name = f"perfkata-tests-{os.getpid()}"
    monkeypatch.setattr("perfkata.judge.turns._NAME", name)

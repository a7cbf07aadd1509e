"""Valgrind around a worker: what it counts, where it works, what stays contained."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from perfkata.judge.answer import Raised, Returned
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Job, Session
from perfkata.judge.valgrind import Totals, Valgrind, ValgrindError
from tests.conftest import Needs
from tests.judge.layers import CONTAINING, EVERY_LAYER, need_layer

_SOURCE = b"""\
import os

def work(number):
    return sum(k * k for k in range(number))

def begin_of(path):
    with open(path) as opened:
        return opened.read(1)

def variables():
    return sorted(os.environ)

def forge():
    num_written = 0
    for handle in range(4, 2_000):
        try:
            num_written += os.write(handle, b"\\n==1== I   refs:      5\\n")
        except OSError:
            continue
    return num_written
"""
_LIMITS = Limits(load_s=120, cpu_s=120, memory_bytes=1_536 * 2**20)
_INSTALL = "apt-get install valgrind"
_needs_valgrind = pytest.mark.needs("valgrind", install=_INSTALL)

Counted = Callable[..., tuple[object, int]]


@pytest.fixture
def counted(layer: Layer, needs: Needs) -> Iterator[Counted]:
    """Calls a function in a counted fork; gives its answer and the fork's total."""
    need_layer(needs, layer)
    with (
        closing(Totals()) as totals,
        Session(
            Job(_SOURCE), _LIMITS, 1, layer, wrapper=Valgrind.find().wrapper(totals)
        ) as session,
    ):

        def call(name: str, *arguments: object) -> tuple[object, int]:
            with session.fork() as fork:
                answer = fork.call(name, arguments, {})
                fork.let_end()
                total = totals.next(lambda: fork.has_ended)
            assert total is not None
            return answer, total

        yield call


@_needs_valgrind
@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_work_is_counted_in_every_layer(counted: Counted) -> None:
    """Each product and sum adds some hundred instructions, and answers are right."""
    _, few = counted("work", 1_000)
    answer, many = counted("work", 11_000)
    assert answer == Returned(sum(k * k for k in range(11_000)))
    assert 10_000 * 100 < many - few < 10_000 * 2_000


@_needs_valgrind
@pytest.mark.parametrize("layer", CONTAINING)
def test_what_is_counted_stays_contained(counted: Counted) -> None:
    """It reads no file of ours, and gets no variable that valgrind needs."""
    answer, _ = counted("begin_of", str(Path(__file__).resolve()))
    assert isinstance(answer, Raised)
    assert answer.type_name in ("FileNotFoundError", "PermissionError")
    names, _ = counted("variables")
    assert isinstance(names, Returned)
    assert set(names.value) <= {"PYTHONHASHSEED", "TMPDIR"}


@_needs_valgrind
@pytest.mark.parametrize("layer", [Layer.LIMITS])
def test_a_total_is_not_what_is_written(counted: Counted) -> None:
    """Whatever is written to any descriptor, it reaches no total."""
    answer, total = counted("forge")
    assert answer == Returned(0)
    assert total > 1_000_000
    _, after = counted("work", 10)
    assert after > 1_000_000


def test_totals_come_in_the_order_of_their_ends() -> None:
    """A total is read once, whole, and whatever else valgrind says is passed over."""
    with closing(Totals()) as totals:
        _write(totals, "==7== Command: x\n==7== \n==7== I   refs:      1,234,567\n")
        _write(totals, "==8== I refs:  8\n==8== \n==9== I   refs:      12")
        assert totals.next(_has_ended) == 1_234_567
        assert totals.next(_has_ended) == 8
        assert totals.next(_has_ended) is None
        _write(totals, "3\n")
        assert totals.next(_has_ended) == 123


def test_forgotten_totals_are_not_read() -> None:
    """After `forget`, only what comes later counts."""
    with closing(Totals()) as totals:
        _write(totals, "==7== I   refs:      1\n==8== I   refs:      2\n")
        assert totals.next(_has_ended) == 1
        _write(totals, "==9== I   refs:      3\n")
        totals.forget()
        _write(totals, "==10== I   refs:      4\n")
        assert totals.next(_has_ended) == 4


def test_valgrind_that_is_absent_is_told() -> None:
    """Without the program, the error names the command that installs it."""
    with pytest.raises(ValgrindError) as caught:
        Valgrind.find({"PATH": "/nonexistent"})
    assert _INSTALL in caught.value.hint


def test_tools_are_found_by_their_variable(tmp_path: Path) -> None:
    """VALGRIND_LIB names the folder; where the tool is nowhere, that is asked for."""
    program = _executable(tmp_path / "bin" / "valgrind")
    environment = {"PATH": str(program.parent)}
    with pytest.raises(ValgrindError) as caught:
        Valgrind.find(environment)
    assert "VALGRIND_LIB" in caught.value.hint
    for machine in ("amd64", "arm64"):
        _executable(tmp_path / "other" / f"cachegrind-{machine}-linux")
    environment["VALGRIND_LIB"] = str(tmp_path / "other")
    assert Valgrind.find(environment).folder == (tmp_path / "other").resolve()


def test_tools_are_found_beside_the_program(tmp_path: Path) -> None:
    """A valgrind of any prefix is used with the tools of that prefix."""
    program = _executable(tmp_path / "bin" / "valgrind")
    folder = tmp_path / "libexec" / "valgrind"
    for machine in ("amd64", "arm64"):
        _executable(folder / f"cachegrind-{machine}-linux")
    found = Valgrind.find({"PATH": str(program.parent)})
    assert found == Valgrind(program, folder.resolve())


def _has_ended() -> bool:
    return True


def _executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def _write(totals: Totals, text: str) -> None:
    os.write(totals.handle, text.encode())

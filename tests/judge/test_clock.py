"""The clock that is read from outside counts a process and its threads, no more."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perfkata.judge import clock
from perfkata.judge.clock import QuietCpu, is_runnable, process_cpu_s
from perfkata.judge.sandbox import Layer
from tests.conftest import Needs
from tests.judge.layers import EVERY_LAYER, need_layer, session_of

_BURN_S = 0.05
_BURN = f"""
import os, sys, threading, time

def burn():
    until = time.thread_time() + {_BURN_S}
    while time.thread_time() < until:
        pass

def in_a_thread():
    burning = threading.Thread(target=burn)
    burning.start()
    burning.join()

def in_a_child():
    child = os.fork()
    if child == 0:
        burn()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
"""


@contextmanager
def burner(how: str) -> Iterator[tuple[int, float]]:
    """A process that has burnt its share, and what it reads off its own clock then."""
    program = (
        f"{_BURN}{how}()\nprint(time.process_time(), flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-S", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.pid, float(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("how", ["burn", "in_a_thread"])
def test_a_burn_is_seen_from_outside(how: str) -> None:
    """What a process or one of its threads burns is on its clock."""
    with burner(how) as (process_id, own_s):
        seen_s = process_cpu_s(process_id)
    assert seen_s is not None and seen_s >= own_s >= _BURN_S


def test_a_child_has_a_clock_of_its_own() -> None:
    """What a child burnt is not on its parent's clock, even when it has ended."""
    with burner("in_a_child") as (process_id, own_s):
        seen_s = process_cpu_s(process_id)
    assert seen_s is not None and seen_s < own_s + _BURN_S


def test_our_own_clock_is_the_one_that_python_reads() -> None:
    """The clock of this process lies between two readings of process_time."""
    before_s = time.process_time()
    read_s = process_cpu_s(os.getpid())
    after_s = time.process_time()
    assert read_s is not None and before_s <= read_s <= after_s


def test_the_clock_never_runs_back() -> None:
    """Readings of a process with a busy thread ascend."""
    is_done = threading.Event()
    thread = threading.Thread(target=lambda: [None for _ in iter(is_done.is_set, True)])
    thread.start()
    readings = [process_cpu_s(os.getpid()) for _ in range(200)]
    is_done.set()
    thread.join()
    assert None not in readings
    assert readings == sorted(reading for reading in readings if reading is not None)


def test_a_process_that_is_gone_has_no_clock() -> None:
    """A process that was waited for has no clock, and neither has no process."""
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    assert process_cpu_s(process.pid) is None
    assert process_cpu_s(None) is None


def test_other_systems_have_no_such_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system is not Linux, no clock is read."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert process_cpu_s(os.getpid()) is None


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_a_worker_is_seen_through_its_layer(layer: Layer, needs: Needs) -> None:
    """What a fork burns in its sandbox is on the clock that the session reads."""
    need_layer(needs, layer)
    source = """
    import time
    def burn(seconds):
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
    """
    with session_of(source, layer) as session, session.fork() as fork:
        before_s = process_cpu_s(fork.process_id)
        fork.call("burn", (_BURN_S,), {})
        after_s = process_cpu_s(fork.process_id)
    assert before_s is not None and after_s is not None
    assert after_s - before_s >= _BURN_S


@pytest.mark.skipif(sys.platform != "linux", reason="proc(5) is Linux's")
def test_what_would_work_is_runnable_and_what_waits_is_not() -> None:
    """The state that the kernel gives a process, whatever the process calls itself."""
    waits = "import sys; print(); sys.stdin.read()"
    spins = "print(flush=True)\nwhile True: pass"
    # A name that looks like the state of a process at work.
    lies = f"open('/proc/self/comm', 'w').write('x) R 1')\n{waits}"
    threads = """
import sys, threading
def spin():
    while True: pass
threading.Thread(target={}).start()
print(flush=True)
{}()
"""
    tried = {
        waits: False,
        spins: True,
        lies: False,
        threads.format("spin", "sys.stdin.read"): True,
        threads.format("sys.stdin.read", "spin"): True,
    }
    for program, is_working in tried.items():
        with subprocess.Popen(
            [sys.executable, "-u", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            # At first it may still be on its way there.
            try:
                while any(
                    is_runnable(process.pid) is not is_working for _ in range(2_000)
                ):
                    assert process.poll() is None
            finally:
                process.kill()
        assert not is_runnable(process.pid)
    assert not is_runnable(None)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/stat is Linux's")
def test_a_quiet_cpu_is_one_that_may_be_used() -> None:
    """The kernel's list has every CPU that this process may use, and one is found."""
    assert os.sched_getaffinity(0) <= clock._idle_ticks().keys()
    quiet = QuietCpu()
    for _ in range(3):
        assert quiet.find() in os.sched_getaffinity(0)


@example({0: (9, 0, 5), 1: (0, 5, 0), 2: (9, 5, 0)}, {0, 1, 3})
@given(
    st.dictionaries(st.integers(0, 4), st.tuples(*[st.integers(0, 9)] * 3)),
    st.sets(st.integers(0, 4), min_size=2),
)
def test_the_cpu_that_did_least_is_found(
    idle: dict[int, tuple[int, ...]], usable: set[int]
) -> None:
    """What counts is what was idle since the last time; of equals, the last CPU."""
    totals = [
        {cpu: sum(parts[: number + 1]) for cpu, parts in idle.items()}
        for number in range(3)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "platform", "linux")
        patch.setattr(os, "sched_getaffinity", lambda process: usable, raising=False)
        patch.setattr(clock, "_idle_ticks", iter(totals).__next__)
        quiet = QuietCpu()
        for number in (1, 2):
            found = quiet.find()
            known = usable & idle.keys()
            if not known:
                assert found is None
                continue
            most = max(idle[cpu][number] for cpu in known)
            assert found == max(cpu for cpu in known if idle[cpu][number] == most)


def test_other_systems_have_no_quiet_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be pinned, no CPU is named."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert QuietCpu().find() is None


def test_without_the_kernels_list_no_cpu_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A system that hides what its CPUs do leaves the choice to itself."""
    monkeypatch.setattr(clock, "Path", lambda name: Path("/nowhere"))
    assert QuietCpu().find() is None

"""Clocks read from outside: the CPU time of a process that is not ours, of a CPU."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

__all__ = ["QuietCpu", "is_runnable", "process_cpu_s"]

# The kernel's number for "CPU time of a whole process" in a clock id, see
# include/linux/posix-timers_types.h: the complement of the pid above three bits.
_CPUCLOCK_SCHED = 2


def process_cpu_s(process_id: int | None) -> float | None:
    """Return the CPU time of a process and its threads, in seconds.

    Children are not in it. None where the process is gone or the system is not Linux.
    """
    if process_id is None or sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~process_id << 3) | _CPUCLOCK_SCHED)
    except OSError:
        return None


def is_runnable(process_id: int | None) -> bool:
    """Whether a thread of a process works or would, if it were its turn.

    Source: proc(5), *stat*.
    """
    try:
        threads = list(Path(f"/proc/{process_id}/task").iterdir())
    except OSError:
        return False
    return any(_state(thread) == b"R" for thread in threads)


def _state(thread: Path) -> bytes:
    try:
        stat = (thread / "stat").read_bytes()
    except OSError:
        return b""
    # The name in parentheses is the process's own choice and may hold anything.
    return stat.rpartition(b")")[2][1:2]


class QuietCpu:
    """Finds the CPU that had the least to do since it was asked last."""

    def __init__(self) -> None:
        self._idle = _idle_ticks()

    def find(self) -> int | None:
        """Return the number of a CPU that this process may use; None if unknown."""
        before, self._idle = self._idle, _idle_ticks()
        if sys.platform != "linux":
            return None
        usable = os.sched_getaffinity(0) & self._idle.keys()
        # The last one where all are alike: interrupts are mostly the first one's.
        return max(
            usable,
            key=lambda cpu: (self._idle[cpu] - before.get(cpu, 0), cpu),
            default=None,
        )


def _idle_ticks() -> dict[int, int]:
    """Return for each CPU how long it had nothing to do. Source: proc(5), *stat*."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return {}
    fields = [line.split() for line in lines if line[:3] == "cpu" and line[3:4] != " "]
    return {int(name[3:]): int(values[3]) for name, *values in fields}

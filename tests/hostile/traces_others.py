"""Attaches to other processes as a debugger, and asks to be debugged itself.

namespaces: passed
landlock: passed
limits: not contained here
"""

import ctypes
import errno
import os
import platform

LIBRARY = ctypes.CDLL(None, use_errno=True)
IS_X86 = platform.machine() == "x86_64"


def call(on_x86, on_arm, *arguments):
    """Make a system call; return what it gives, or the error below zero."""
    result = LIBRARY.syscall(on_x86 if IS_X86 else on_arm, *arguments)
    return -ctypes.get_errno() if result == -1 else result


PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206


def ordered(numbers):
    results = {call(101, 117, 0, 0, 0, 0)}
    for process in (1, 2, os.getppid()):
        results.add(call(101, 117, PTRACE_SEIZE, process, 0, 0))
        results.add(call(101, 117, PTRACE_ATTACH, process, 0, 0))
        results.add(call(438, 438, 3, 0, 0))
    return sorted(numbers) if results == {-errno.EPERM} else ["escaped"]


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

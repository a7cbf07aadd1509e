"""Opens the memory of its parents, and copies from it by process_vm_readv.

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


def can_read(process):
    for name in ("mem", "maps", "pagemap"):
        try:
            with open(f"/proc/{process}/{name}", "rb") as file:
                file.read(16)
                return True
        except OSError:
            continue
    vector = (ctypes.c_void_p * 2)(0x1000, 16)
    return call(310, 270, process, vector, 1, vector, 1, 0) != -errno.EPERM


def ordered(numbers):
    # Its own zygote is no secret; whoever started that is.
    outside = [number for number in range(1, 2_000) if number not in OWN]
    return ["escaped"] if any(map(can_read, outside)) else sorted(numbers)


OWN = set()


def remember():
    OWN.update((os.getpid(), os.getppid()))
    try:
        own = open("/proc/1/environ", "rb").read()
    except OSError:
        return
    # A reaper of the same user is within the sandbox as well.
    if own == open("/proc/self/environ", "rb").read():
        OWN.add(1)


remember()
os.register_at_fork(after_in_child=remember)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums

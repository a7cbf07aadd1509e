"""Makes a system call by the numbers of a machine of 32 bits, which mean other calls.

namespaces: crashed
landlock: crashed
limits: not contained here
"""

import ctypes
import mmap
import os
import platform


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    if platform.machine() != "x86_64":
        os.abort()
    # mov eax, 20 (getpid of 32 bits); int 0x80; ret
    code = mmap.mmap(-1, 4_096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums

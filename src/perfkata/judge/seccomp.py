"""The system calls that a submission may not make, as a program for the kernel.

bubblewrap loads the program where it is the sandbox; elsewhere the worker loads it.
What is not forbidden is allowed: the namespaces hold the rest. Landlock holds less, so
a worker that shares the machine with other processes is also kept from the sockets,
modes, owners, priorities and limits of what is not its own.

Source: Linux ``Documentation/userspace-api/seccomp_filter.rst``,
``include/uapi/linux/{filter,seccomp,audit,sched}.h``; system call numbers from
``arch/x86/entry/syscalls/syscall_64.tbl`` and ``scripts/syscall.tbl``.
"""

from __future__ import annotations

import errno
import platform
import struct
from typing import NamedTuple

__all__ = ["seccomp_program"]

# What no answer needs and an escape might: debugging others, mounts and namespaces,
# kernel keys, memory that outlives its process, programs in the kernel, and rings that
# bypass this very filter.
_FORBIDDEN = {
    "x86_64": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
        "process_madvise": 440, "kcmp": 312, "pidfd_getfd": 438, "personality": 135,
        "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161,
        "unshare": 272, "setns": 308, "open_tree": 428, "move_mount": 429,
        "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
        "mount_setattr": 442, "open_by_handle_at": 304, "name_to_handle_at": 303,
        "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321,
        "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427, "kexec_load": 246,
        "kexec_file_load": 320, "init_module": 175, "finit_module": 313,
        "delete_module": 176, "swapon": 167, "swapoff": 168, "reboot": 169,
        "acct": 163, "settimeofday": 164, "clock_settime": 227, "sethostname": 170,
        "quotactl": 179, "syslog": 103, "migrate_pages": 256, "move_pages": 279,
        "shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
        "process_madvise": 440, "kcmp": 272, "pidfd_getfd": 438, "personality": 92,
        "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51,
        "unshare": 97, "setns": 268, "open_tree": 428, "move_mount": 429,
        "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
        "mount_setattr": 442, "open_by_handle_at": 265, "name_to_handle_at": 264,
        "add_key": 217, "request_key": 218, "keyctl": 219, "bpf": 280,
        "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427, "kexec_load": 104,
        "kexec_file_load": 294, "init_module": 105, "finit_module": 273,
        "delete_module": 106, "swapon": 224, "swapoff": 225, "reboot": 142,
        "acct": 89, "settimeofday": 170, "clock_settime": 112, "sethostname": 161,
        "quotactl": 60, "syslog": 116, "migrate_pages": 238, "move_pages": 239,
        "shmget": 194, "semget": 190, "msgget": 186, "mq_open": 180,
    },
}  # fmt: skip
# What the rules below speak of. A machine lacks what a later call does better there.
_OTHERS = {
    "x86_64": {
        "open": 2, "ioctl": 16, "socket": 41, "connect": 42, "socketpair": 53,
        "clone": 56, "fork": 57, "vfork": 58, "kill": 62, "fcntl": 72, "truncate": 76,
        "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94,
        "setpgid": 109,
        "setsid": 112, "rt_sigqueueinfo": 129, "setpriority": 141,
        "sched_setparam": 142, "sched_setscheduler": 144, "setxattr": 188,
        "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198,
        "fremovexattr": 199, "tkill": 200, "sched_setaffinity": 203, "tgkill": 234,
        "ioprio_set": 251, "openat": 257, "fchownat": 260, "fchmodat": 268,
        "rt_tgsigqueueinfo": 297, "prlimit64": 302, "sched_setattr": 314,
    },
    "aarch64": {
        "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14,
        "lremovexattr": 15, "fremovexattr": 16, "fcntl": 25, "ioctl": 29,
        "ioprio_set": 30, "truncate": 45, "fchmod": 52, "fchmodat": 53,
        "fchownat": 54, "fchown": 55, "openat": 56, "sched_setparam": 118,
        "sched_setscheduler": 119, "sched_setaffinity": 122, "kill": 129,
        "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "setpriority": 140,
        "setpgid": 154, "setsid": 157, "socket": 198, "socketpair": 199,
        "connect": 203, "clone": 220, "rt_tgsigqueueinfo": 240, "prlimit64": 261,
        "sched_setattr": 274,
    },
}  # fmt: skip
# The same everywhere; the C library knows what to do where they do not exist.
_NEWER = {
    "pidfd_send_signal": 424, "clone3": 435, "openat2": 437, "fchmodat2": 452,
    "setxattrat": 463, "removexattrat": 466, "file_setattr": 469,
}  # fmt: skip
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_SYSCALL_BIT = 0x40000000
# CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
_NEW_NAMESPACES = 0x7E020080
_CLONE_THREAD = 0x10000
_AF_UNIX = 1
_SOCK_STREAM, _SOCK_TYPE_MASK = 1, 0xF
_F_SETOWN, _F_SETOWN_EX, _FIOSETOWN, _SIOCSPGRP = 8, 15, 0x8901, 0x8902
_PRIO_PROCESS, _IOPRIO_WHO_PROCESS = 0, 1
_O_TRUNC, _O_ACCMODE = 0o1000, 0o3
_ALL_BITS = 0xFFFFFFFF


class _Rule(NamedTuple):
    """A call is refused by the bits of one argument: unless they are, or if they are.

    An argument is 32 bits wide here, as all that are looked at are to the kernel.
    """

    call: str
    argument: int
    mask: int
    value: int
    is_wanted: bool = True


_IN_EVERY_LAYER = (_Rule("clone", 0, _NEW_NAMESPACES, 0),)
# The clock of a process counts its threads and not its children; and what is measured
# beside others stays on the CPU that it has in common with them.
_FORBIDDEN_ALONE = ("fork", "vfork", "sched_setaffinity")
_ALONE = (_Rule("clone", 0, _CLONE_THREAD, _CLONE_THREAD),)
# Landlock says nothing of these, and they reach what is not the worker's: sockets of
# others, by a datagram too; files by their name, modes and owners; priorities and
# limits of whatever the same user runs; and a process group that close() cannot kill.
_FORBIDDEN_IN_COMPANY = (
    *("connect", "setsid", "setpgid", "truncate"),
    *("chown", "lchown", "fchown", "fchownat", "file_setattr"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
)
_IN_COMPANY = (
    _Rule("socket", 0, _ALL_BITS, _AF_UNIX),
    _Rule("socket", 1, _SOCK_TYPE_MASK, _SOCK_STREAM),
    _Rule("socketpair", 1, _SOCK_TYPE_MASK, _SOCK_STREAM),
    *(_Rule(name, 0, _ALL_BITS, 0) for name in ("prlimit64", "sched_setaffinity")),
    *(_Rule(f"sched_set{what}", 0, _ALL_BITS, 0) for what in ("param", "scheduler")),
    _Rule("sched_setattr", 0, _ALL_BITS, 0),
    _Rule("setpriority", 0, _ALL_BITS, _PRIO_PROCESS),
    _Rule("setpriority", 1, _ALL_BITS, 0),
    _Rule("ioprio_set", 0, _ALL_BITS, _IOPRIO_WHO_PROCESS),
    _Rule("ioprio_set", 1, _ALL_BITS, 0),
    # Before version 3, landlock lets a file be cut that may only be read.
    _Rule("open", 1, _O_TRUNC | _O_ACCMODE, _O_TRUNC, is_wanted=False),
    _Rule("openat", 2, _O_TRUNC | _O_ACCMODE, _O_TRUNC, is_wanted=False),
)
# A copied file takes over the mode of its source, so who changes a mode hears that it
# is done; it is not.
_PRETENDED_IN_COMPANY = ("chmod", "fchmod", "fchmodat", "fchmodat2")
# Before version 6, landlock lets a process signal whatever the same user runs.
_SIGNALS = ("tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
_ON_SIGNALS = (
    _Rule("kill", 0, _ALL_BITS, 0),
    _Rule("fcntl", 1, _ALL_BITS, _F_SETOWN, is_wanted=False),
    _Rule("fcntl", 1, _ALL_BITS, _F_SETOWN_EX, is_wanted=False),
    _Rule("ioctl", 1, _ALL_BITS, _FIOSETOWN, is_wanted=False),
    _Rule("ioctl", 1, _ALL_BITS, _SIOCSPGRP, is_wanted=False),
)

_LOAD, _AND, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER_OFFSET, _ARCH_OFFSET, _FIRST_ARGUMENT_OFFSET = 0, 4, 16
_ARGUMENT_BYTES = 8
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000
_KILL = 0x80000000
_REFUSE = _FAIL | errno.EPERM
# The C library falls back to clone, whose flags a filter can read, and to openat.
_MISSING = _FAIL | errno.ENOSYS
_PRETEND = _FAIL

_Line = tuple[int, int, int, int]


def seccomp_program(
    *, only_unix_sockets: bool, has_scoped_signals: bool = True, is_alone: bool = False
) -> bytes | None:
    """Compile the filter for this machine, or None if its numbers are not known.

    Args:
        only_unix_sockets: For the layers that have no network namespace: also forbid
            all but pairs of sockets, and what else reaches other processes' things.
        has_scoped_signals: Whether landlock keeps signals within the sandbox; where
            it does not, they are forbidden, beside those to the own process group.
        is_alone: Whether it may start threads only, and no process, and stays on its
            CPU.
    """
    machine = platform.machine()
    if machine not in _FORBIDDEN:
        return None
    results = dict.fromkeys(_FORBIDDEN[machine], _REFUSE) | {"clone3": _MISSING}
    rules = list(_IN_EVERY_LAYER)
    if is_alone:
        results |= dict.fromkeys(_FORBIDDEN_ALONE, _REFUSE)
        rules += _ALONE
    if only_unix_sockets:
        results |= dict.fromkeys(_FORBIDDEN_IN_COMPANY, _REFUSE)
        results |= dict.fromkeys(_PRETENDED_IN_COMPANY, _PRETEND)
        results["openat2"] = _MISSING
        rules += _IN_COMPANY
        if not has_scoped_signals:
            results |= dict.fromkeys((*_SIGNALS, "pidfd_send_signal"), _REFUSE)
            rules += _ON_SIGNALS
    numbers = _FORBIDDEN[machine] | _OTHERS[machine] | _NEWER
    lines = [
        (_LOAD, 0, 0, _ARCH_OFFSET),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    if machine == "x86_64":
        lines += [(_JUMP_AT_LEAST, 0, 1, _X32_SYSCALL_BIT), (_RETURN, 0, 0, _REFUSE)]
    for call, result in results.items():
        if call in numbers:
            lines += [(_JUMP_EQUAL, 0, 1, numbers[call]), (_RETURN, 0, 0, result)]
    for rule in rules:
        if rule.call in numbers:
            lines += _lines_of(rule, numbers[rule.call])
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def _lines_of(rule: _Rule, number: int) -> list[_Line]:
    """Translate a rule; the call's number is loaded before its lines and after."""
    offset = _FIRST_ARGUMENT_OFFSET + _ARGUMENT_BYTES * rule.argument
    if_equal, if_other = (1, 0) if rule.is_wanted else (0, 1)
    lines: list[_Line] = [
        (_LOAD, 0, 0, offset),
        (_AND, 0, 0, rule.mask),
        (_JUMP_EQUAL, if_equal, if_other, rule.value),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    return [(_JUMP_EQUAL, 0, len(lines), number), *lines]

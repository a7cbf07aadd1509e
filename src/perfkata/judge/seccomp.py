"""The system calls that a submission may not make, as a program for the kernel.

bubblewrap loads the program where it is the sandbox; elsewhere the worker loads it.
What is not forbidden is allowed: the namespaces and landlock hold the rest.

Source: Linux ``Documentation/userspace-api/seccomp_filter.rst``,
``include/uapi/linux/{filter,seccomp,audit,sched}.h``; system call numbers from
``arch/x86/entry/syscalls/syscall_64.tbl`` and ``scripts/syscall.tbl``.
"""

from __future__ import annotations

import errno
import platform
import struct

__all__ = ["seccomp_program"]

# What no answer needs and an escape might: debugging others, mounts and namespaces,
# kernel keys, programs in the kernel, and rings that bypass this very filter.
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
    },
}  # fmt: skip
_SOCKETS = {
    "x86_64": {"socket": 41, "connect": 42},
    "aarch64": {"socket": 198, "connect": 203},
}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_SYSCALL_BIT = 0x40000000
# CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
_NEW_NAMESPACES = 0x7E020080
_AF_UNIX = 1

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x06,
)
_NUMBER_OFFSET, _ARCH_OFFSET, _FIRST_ARGUMENT_OFFSET = 0, 4, 16
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000
_KILL = 0x80000000


def seccomp_program(*, only_unix_sockets: bool) -> bytes | None:
    """Compile the filter for this machine, or None if its numbers are not known.

    Args:
        only_unix_sockets: Also forbid sockets to anything else and connections:
            for the layers that have no network namespace.
    """
    machine = platform.machine()
    if machine not in _FORBIDDEN:
        return None
    refuse = _FAIL | errno.EPERM
    lines = [
        (_LOAD, 0, 0, _ARCH_OFFSET),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    if machine == "x86_64":
        lines += [(_JUMP_AT_LEAST, 0, 1, _X32_SYSCALL_BIT), (_RETURN, 0, 0, refuse)]
    numbers = list(_FORBIDDEN[machine].values())
    if only_unix_sockets:
        numbers.append(_SOCKETS[machine]["connect"])
    for number in numbers:
        lines += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, refuse)]
    # The C library falls back to clone, whose flags a filter can read.
    lines += [
        (_JUMP_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _FAIL | errno.ENOSYS),
        (_JUMP_EQUAL, 0, 4, _CLONE[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_OFFSET),
        (_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
    ]
    if only_unix_sockets:
        lines += [
            (_JUMP_EQUAL, 0, 3, _SOCKETS[machine]["socket"]),
            (_LOAD, 0, 0, _FIRST_ARGUMENT_OFFSET),
            (_JUMP_EQUAL, 1, 0, _AF_UNIX),
            (_RETURN, 0, 0, refuse),
        ]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *line) for line in lines)

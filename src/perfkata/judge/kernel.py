"""What a Linux process forbids itself: files, sockets, system calls, an orphan's life.

The judge builds the orders and the worker carries them out before it loads anything;
this file goes to the worker as code and so needs the standard library alone. It serves
the layers without namespaces: bubblewrap does the same itself, and better.

Source: Linux ``Documentation/userspace-api/landlock.rst``,
``include/uapi/linux/{capability,landlock,prctl,seccomp}.h``.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence
from pathlib import Path

__all__ = [
    "FIRST_VERSION_WITH_SCOPES",
    "LIST",
    "READ",
    "WRITE",
    "apply",
    "landlock_version",
    "orders",
]

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9
_CAPABILITY_VERSION_3 = 0x20080522
_FS_EXECUTE, _FS_WRITE_FILE, _FS_READ_FILE, _FS_READ_DIR = 1, 2, 4, 8
_FS_TRUNCATE, _FS_IOCTL = 1 << 14, 1 << 15
_FS_FILE_RIGHTS = (
    _FS_EXECUTE | _FS_WRITE_FILE | _FS_READ_FILE | _FS_TRUNCATE | _FS_IOCTL
)
_FS_RIGHTS_OF_VERSION = {
    1: (1 << 13) - 1,
    2: (1 << 14) - 1,
    3: (1 << 15) - 1,
    4: (1 << 15) - 1,
}
_FS_RIGHTS_OF_LATER = (1 << 16) - 1
_NET_BIND_AND_CONNECT = 3
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3
FIRST_VERSION_WITH_SCOPES = 6
LIST = _FS_READ_DIR
READ = _FS_EXECUTE | _FS_READ_FILE | _FS_READ_DIR
WRITE = _FS_RIGHTS_OF_LATER
_SYS_CREATE_RULESET, _SYS_ADD_RULE, _SYS_RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1


def landlock_version() -> int:
    """Return the kernel's landlock version, 0 where there is none."""
    try:
        version: int = _libc().syscall(_SYS_CREATE_RULESET, None, 0, 1)
    except (OSError, AttributeError):
        return 0
    return max(version, 0)


def orders(
    rules: Sequence[tuple[str, int]] | None, program: bytes | None
) -> dict[str, object]:
    """Put together what `apply` carries out: plain values that cross as marshal.

    Args:
        rules: Paths and the rights that stay on each and beneath it; None leaves
            files alone.
        program: What `seccomp_program` made; None leaves system calls alone.
    """
    return {"rules": None if rules is None else list(rules), "program": program}


def apply(orders: dict[str, object]) -> None:
    """Die with the parent, then give up files, sockets and system calls for good.

    Raises:
        OSError: The kernel refuses an order; nothing may be loaded then.
    """
    libc = _libc()
    _must(libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0), "dying with the parent")
    _must(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _drop_privileges(libc)
    rules = orders["rules"]
    if isinstance(rules, list):
        _restrict_files(libc, rules)
    program = orders["program"]
    if isinstance(program, bytes):
        filters = ctypes.create_string_buffer(program, len(program))
        fprog = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(filters))
        result = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, fprog, 0, 0)
        _must(result, "seccomp")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _drop_privileges(libc: ctypes.CDLL) -> None:
    """Give up all capabilities; root keeps its name and its own files, no more."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    _must(libc.capset(header, bytes(24)), "giving up capabilities")


def _restrict_files(libc: ctypes.CDLL, rules: list[tuple[str, int]]) -> None:
    version: int = libc.syscall(_SYS_CREATE_RULESET, None, 0, 1)
    _must(version, "landlock")
    handled = _FS_RIGHTS_OF_VERSION.get(version, _FS_RIGHTS_OF_LATER)
    attribute = struct.pack(
        "QQQ", handled, _NET_BIND_AND_CONNECT, _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS
    )
    size = 8 if version < 4 else 16 if version < FIRST_VERSION_WITH_SCOPES else 24
    ruleset: int = libc.syscall(_SYS_CREATE_RULESET, attribute, size, 0)
    _must(ruleset, "landlock")
    for path, rights in rules:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        possible = handled if Path(path).is_dir() else handled & _FS_FILE_RIGHTS
        rule = struct.pack("=Qi", rights & possible, handle)
        result = libc.syscall(_SYS_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
        _must(result, f"landlock rule for {path}")
        os.close(handle)
    _must(libc.syscall(_SYS_RESTRICT_SELF, ruleset, 0), "landlock")
    os.close(ruleset)


def _must(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")

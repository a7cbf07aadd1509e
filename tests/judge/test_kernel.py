"""What a process gives up for good: files, the network, signals, and its privileges.

Every test lets a process of its own carry out orders and then try.
"""

from __future__ import annotations

import errno
import marshal
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from perfkata.judge import kernel
from tests.judge.layers import scoped_signals, wait_for_end

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="what a process gives up is Linux's own"
)

_TRY = """
import ctypes, os, signal, socket, sys
from perfkata.judge import kernel

def error_of(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return error.errno
    return 0
"""


def told_by(program: str) -> list[str]:
    """The lines that a program prints which may carry out orders."""
    done = subprocess.run(
        [sys.executable, "-c", _TRY + textwrap.dedent(program)],
        capture_output=True,
        check=False,
        text=True,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def landlock() -> int:
    """The version of landlock that this machine has."""
    version = kernel.landlock_version()
    if not version:
        pytest.skip("no landlock here: see 'perfkata doctor'")
    return version


def test_orders_cross_as_plain_values() -> None:
    """What the judge orders reaches the worker unchanged."""
    for rules in (None, [("/usr", kernel.READ), ("/tmp", kernel.WRITE)]):
        for program in (None, b"12345678"):
            made = kernel.orders(rules, program)
            assert marshal.loads(marshal.dumps(made)) == made
            assert made == {"rules": rules, "program": program}


def test_a_kernel_without_landlock_has_version_0(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A kernel that does not know the call has no version, and that is no error."""

    class Library:
        def syscall(self, *arguments: object) -> int:
            return -1

    monkeypatch.setattr(kernel, "_libc", Library)
    assert kernel.landlock_version() == 0


def test_files_outside_the_rules_cannot_be_opened(
    landlock: int, tmp_path: Path
) -> None:
    """Each right holds beneath its path and nowhere else."""
    for name in ("read", "write", "list", "none"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    told = told_by(f"""
    from pathlib import Path
    here = Path({str(tmp_path)!r})
    kernel.apply(kernel.orders([
        (str(here / "read"), kernel.READ),
        (str(here / "write"), kernel.READ | kernel.WRITE),
        (str(here / "list"), kernel.LIST),
        (str(here / "missing"), kernel.READ),
    ], None))
    for name in ("read", "write", "list", "none"):
        folder = here / name
        print(
            name,
            error_of((folder / "file").read_bytes),
            error_of(lambda: list(folder.iterdir())),
            error_of((folder / "file").write_text, "changed"),
            error_of((folder / "new").touch),
            error_of((folder / "file").unlink),
            error_of(os.truncate, folder / "file", 0) if {landlock} > 2 else 13,
        )
    """)
    refused = str(errno.EACCES)
    assert told == [
        f"read 0 0 {refused} {refused} {refused} {refused}",
        f"write 0 0 0 0 0 {errno.ENOENT if landlock > 2 else refused}",
        f"list {refused} 0 {refused} {refused} {refused} {refused}",
        " ".join(["none", *[refused] * 6]),
    ]
    assert (tmp_path / "none" / "file").read_text() == "none"


def test_a_link_does_not_lead_out(landlock: int, tmp_path: Path) -> None:
    """A symbolic link within the rules is no way to a file outside them."""
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("secret")
    told = told_by(f"""
    here = {str(tmp_path)!r}
    kernel.apply(kernel.orders([(here + "/in", kernel.READ | kernel.WRITE)], None))
    os.symlink(here + "/secret", here + "/in/link")
    print(error_of(open, here + "/in/link"))
    print(error_of(os.link, here + "/secret", here + "/in/hard") != 0)
    print(error_of(os.rename, here + "/secret", here + "/in/moved") != 0)
    os.chdir(here + "/in")
    print(error_of(open, "../secret"))
    """)
    assert told == [str(errno.EACCES), "True", "True", str(errno.EACCES)]


def test_what_is_forked_later_is_held_as_well(landlock: int, tmp_path: Path) -> None:
    """Neither a child nor a new program gets back what was given up."""
    (tmp_path / "file").write_text("text")
    told = told_by(f"""
    file = {str(tmp_path / "file")!r}
    kernel.apply(kernel.orders([("/usr", kernel.READ), ("/lib", kernel.READ)], None))
    if os.fork() == 0:
        print(error_of(open, file), flush=True)
        kernel.apply(kernel.orders([("/", kernel.READ)], None))
        print(error_of(open, file), flush=True)
        os._exit(0)
    os.wait()
    """)
    assert told == [str(errno.EACCES)] * 2


def test_the_network_is_closed(landlock: int) -> None:
    """No port of this machine can be bound or reached."""
    if landlock < 4:
        pytest.skip(f"landlock {landlock} does not know the network")
    told = told_by("""
    server = socket.create_server(("127.0.0.1", 0))
    kernel.apply(kernel.orders([], None))
    print(error_of(socket.socket().connect, server.getsockname()))
    print(error_of(socket.socket().bind, ("127.0.0.1", 0)))
    """)
    assert told == [str(errno.EACCES)] * 2


def test_signals_and_named_sockets_end_at_the_sandbox(landlock: int) -> None:
    """A process outside can neither be signalled nor be reached by an abstract name."""
    if not scoped_signals():
        pytest.skip(f"landlock {landlock} does not scope signals")
    told = told_by("""
    server = socket.socket(socket.AF_UNIX)
    server.bind(b"\\0perfkata-" + os.urandom(8))
    server.listen()
    address, parent = server.getsockname(), os.getpid()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        kernel.apply(kernel.orders([], None))
        print(error_of(os.kill, parent, 0), flush=True)
        print(error_of(socket.socket(socket.AF_UNIX).connect, address), flush=True)
        grandchild = os.fork()
        if grandchild == 0:
            signal.pause()
        print(error_of(os.kill, grandchild, signal.SIGKILL), flush=True)
        os.wait()
        os._exit(0)
    os.wait()
    """)
    assert told == [str(errno.EPERM), str(errno.EPERM), "0"]


def test_privileges_are_gone_for_good() -> None:
    """No capability is left, and no program that is started can bring one back."""
    told = told_by("""
    kernel.apply(kernel.orders(None, None))
    for line in open("/proc/self/status"):
        if line.startswith(("CapPrm", "CapEff", "CapInh", "CapAmb", "NoNewPrivs")):
            print(*line.split())
    print(error_of(os.chroot, "/"))
    """)
    assert dict(line.split() for line in told[:-1]) == {
        "CapInh:": "0" * 16,
        "CapPrm:": "0" * 16,
        "CapEff:": "0" * 16,
        "CapAmb:": "0" * 16,
        "NoNewPrivs:": "1",
    }
    assert told[-1] == str(errno.EPERM)


def test_no_device_can_be_made(landlock: int, tmp_path: Path) -> None:
    """A folder that may be written to is still no way to the disk beneath it."""
    told = told_by(f"""
    folder = {str(tmp_path)!r}
    kernel.apply(kernel.orders([(folder, kernel.READ | kernel.WRITE)], None))
    print(error_of(os.mknod, folder + "/zero", 0o20600, os.makedev(1, 5)))
    """)
    assert told == [str(errno.EPERM)]


def test_an_order_that_is_refused_is_an_error() -> None:
    """A filter that the kernel does not take raises, so that nothing is loaded."""
    told = told_by("""
    try:
        kernel.apply(kernel.orders(None, bytes(8)))
    except OSError as error:
        print(error.errno, "seccomp" in error.strerror)
    """)
    assert told == [f"{errno.EINVAL} True"]


def test_a_process_dies_with_its_parent() -> None:
    """The end of the parent, however sudden, is the end of who carried out orders."""
    program = """
    child = os.fork()
    if child == 0:
        kernel.apply(kernel.orders(None, None))
        print(os.getpid(), flush=True)
        signal.pause()
    signal.pause()
    """
    with subprocess.Popen(
        [sys.executable, "-c", _TRY + textwrap.dedent(program)],
        stdout=subprocess.PIPE,
    ) as parent:
        try:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            os.kill(child, 0)
        finally:
            parent.kill()
    assert wait_for_end(child)

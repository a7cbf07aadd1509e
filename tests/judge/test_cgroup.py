"""Control groups: where they can be made, what they bound, and that none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge import cgroup
from perfkata.judge.cgroup import Cgroup, Hierarchy, create, hierarchies
from tests.judge.layers import groups_of, need_control_group, wait_for_end

_MIB = 2**20
_BOTH = frozenset({"memory", "pids"})


def written(folder: Path, name: str, lines: list[str]) -> Path:
    """A file of these lines."""
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def found_in(folder: Path, mounts: list[str], own: list[str]) -> tuple[Hierarchy, ...]:
    """The hierarchies of a made-up machine."""
    return hierarchies(written(folder, "mounts", mounts), written(folder, "own", own))


def test_version_1_has_a_hierarchy_for_each_controller(tmp_path: Path) -> None:
    """Each controller that is mounted counts, at the path that we have in it."""
    found = found_in(
        tmp_path,
        [
            "tmpfs /sys/fs/cgroup tmpfs rw 0 0",
            "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0",
            "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0",
            "cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0",
        ],
        ["9:name=systemd:/", "3:cpu,cpuacct:/", "2:memory:/a/b", "1:pids:/"],
    )
    assert found == (
        Hierarchy(Path("/sys/fs/cgroup/cpu,cpuacct"), 1, frozenset({"cpuacct"})),
        Hierarchy(Path("/sys/fs/cgroup/memory/a/b"), 1, frozenset({"memory"})),
        Hierarchy(Path("/sys/fs/cgroup/pids"), 1, frozenset({"pids"})),
    )


def test_version_2_offers_the_group_above_first(tmp_path: Path) -> None:
    """A group beside ours has controllers where one below a busy group has none."""
    found = found_in(
        tmp_path,
        ["cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0"],
        ["0::/user.slice/app.slice/run-1.scope"],
    )
    above = Path("/sys/fs/cgroup/user.slice/app.slice")
    assert found == (
        Hierarchy(above, 2, _BOTH),
        Hierarchy(above / "run-1.scope", 2, _BOTH),
    )


def test_nothing_is_offered_above_the_mount(tmp_path: Path) -> None:
    """At the root of version 2 there is no group above: that is another file system."""
    found = found_in(
        tmp_path, ["cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0"], ["0::/"]
    )
    assert [place.folder for place in found] == [Path("/sys/fs/cgroup/unified")]


def test_a_machine_without_the_files_has_none(tmp_path: Path) -> None:
    """Where the kernel has no such files there is no hierarchy, and no group."""
    assert hierarchies(tmp_path / "mounts", tmp_path / "own") == ()
    assert create(_MIB, 10, ()) is None


@given(
    path=st.lists(st.sampled_from(["a", "b-1.scope", "c.slice"]), max_size=4),
    version=st.sampled_from([1, 2]),
)
def test_every_place_lies_in_a_mount(
    tmp_path_factory: pytest.TempPathFactory, path: list[str], version: int
) -> None:
    """No place lies outside the mounts, wherever this process is."""
    mount = "/sys/fs/cgroup/x"
    line = f"0::/{'/'.join(path)}" if version == 2 else f"1:memory:/{'/'.join(path)}"
    kind = "cgroup2" if version == 2 else "cgroup"
    folder = tmp_path_factory.mktemp("machine")
    found = found_in(folder, [f"none {mount} {kind} rw,memory 0 0"], [line])
    assert found
    assert all(place.folder.is_relative_to(mount) for place in found)


def test_limits_are_written_as_version_1_wants_them(tmp_path: Path) -> None:
    """The memory limit goes to one hierarchy, the number of processes to the other."""
    places = []
    for name in ("memory", "pids"):
        (tmp_path / name).mkdir()
        places.append(Hierarchy(tmp_path / name, 1, frozenset({name})))
    group = create(64 * _MIB, 100, tuple(places))
    assert group is not None and group.version == 1
    (memory,) = (tmp_path / "memory").iterdir()
    (pids,) = (tmp_path / "pids").iterdir()
    assert memory.name == pids.name or memory.name.startswith(f"perfkata-{os.getpid()}")
    assert {file.name: file.read_text() for file in memory.iterdir()} == {
        "memory.limit_in_bytes": str(64 * _MIB)
    }
    assert {file.name: file.read_text() for file in pids.iterdir()} == {
        "pids.max": "100"
    }


def test_limits_are_written_as_version_2_wants_them(tmp_path: Path) -> None:
    """One folder takes all limits, and swap is switched off."""
    group = create(64 * _MIB, 100, (Hierarchy(tmp_path, 2, _BOTH),))
    assert group is not None and group.version == 2
    (folder,) = tmp_path.iterdir()
    assert {file.name: file.read_text() for file in folder.iterdir()} == {
        "memory.max": str(64 * _MIB),
        "memory.swap.max": "0",
        "pids.max": "100",
    }
    group.add(4242)
    assert (folder / "cgroup.procs").read_text() == "4242"


def test_a_controller_is_taken_once(tmp_path: Path) -> None:
    """Version 2 is not asked for what version 1 already bounds."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    group = create(_MIB, 10, (Hierarchy(first, 1, _BOTH), Hierarchy(second, 2, _BOTH)))
    assert group is not None
    assert list(second.iterdir()) == []


def test_two_groups_of_one_judge_have_two_names(tmp_path: Path) -> None:
    """A judge that has two sandboxes at once has two groups."""
    places = (Hierarchy(tmp_path, 2, _BOTH),)
    assert create(_MIB, 10, places) is not None
    assert create(_MIB, 10, places) is not None
    assert len(list(tmp_path.iterdir())) == 2


def test_a_limit_that_is_refused_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the kernel refuses a limit there is no group, rather than a weak one."""

    def refuse(self: Path, text: str) -> int:
        raise PermissionError(self)

    monkeypatch.setattr(Path, "write_text", refuse)
    assert create(_MIB, 10, (Hierarchy(tmp_path, 2, _BOTH),)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_gives_no_group(tmp_path: Path) -> None:
    """A place that does not exist is passed over for one that does."""
    places = (
        Hierarchy(tmp_path / "missing", 2, _BOTH),
        Hierarchy(tmp_path, 2, _BOTH),
    )
    assert create(_MIB, 10, places[:1]) is None
    assert create(_MIB, 10, places) is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("memory.events", "low 0\nhigh 0\noom 3\noom_kill 2\noom_group_kill 0\n"),
        ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"),
    ],
)
def test_kills_for_memory_are_counted(tmp_path: Path, name: str, text: str) -> None:
    """Both versions tell how often the kernel killed, each in a file of its own."""
    group = Cgroup({tmp_path: 1})
    assert group.num_out_of_memory_kills == 0
    (tmp_path / name).write_text(text)
    assert group.num_out_of_memory_kills == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cpuacct.usage", "2500000000\n"),
        ("cpu.stat", "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n"),
    ],
)
def test_cpu_time_is_counted(tmp_path: Path, name: str, text: str) -> None:
    """Both versions tell the CPU time of a whole group, in units of their own."""
    group = Cgroup({tmp_path: 1})
    assert group.cpu_s is None
    (tmp_path / name).write_text(text)
    assert group.cpu_s == 2.5


def test_a_group_that_only_counts_is_none(tmp_path: Path) -> None:
    """Where neither memory nor processes can be bounded there is no group."""
    places = (Hierarchy(tmp_path, 1, frozenset({"cpuacct"})),)
    assert create(_MIB, 10, places) is None
    assert list(tmp_path.iterdir()) == []


@contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for ever."""
    with subprocess.Popen(
        [sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_killing_a_group_kills_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process in the group's list gets a signal that it cannot ignore."""
    # A folder of ordinary files never goes.
    monkeypatch.setattr(cgroup, "_REMOVAL_TIMEOUT_S", 0)
    (tmp_path / "pids.max").write_text("20")
    with sleeper() as process:
        (tmp_path / "cgroup.procs").write_text(f"{process.pid}\n")
        Cgroup({tmp_path: 2}).kill()
        assert process.wait() == -signal.SIGKILL
    # Before that nothing may fork: a bomb would be faster than the killing.
    assert (tmp_path / "pids.max").read_text() == "0"


def test_a_member_that_cannot_be_seen_is_not_ourselves(tmp_path: Path) -> None:
    """A member of another process namespace is listed as 0, which would be us."""
    program = f"""
from pathlib import Path
from perfkata.judge import cgroup
cgroup._REMOVAL_TIMEOUT_S = 0
cgroup.Cgroup({{Path({str(tmp_path)!r}): 1}}).kill()
print("alive")
"""
    (tmp_path / "cgroup.procs").write_text("0\n")
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        text=True,
        start_new_session=True,
    )
    assert done.stdout == "alive\n"


def test_killing_a_group_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """A group can be killed again, and removed by somebody else before."""
    folder = tmp_path / "group"
    folder.mkdir()
    group = Cgroup({folder: 2})
    group.kill()
    assert not folder.exists()
    group.kill()


def test_groups_of_judges_that_are_gone_are_removed(tmp_path: Path) -> None:
    """The group of a dead judge goes; those of the living, and other folders, stay."""
    dead = subprocess.Popen([sys.executable, "-S", "-c", ""])
    dead.wait()
    stale = tmp_path / f"perfkata-{dead.pid}-1a"
    kept = {
        tmp_path / f"perfkata-{os.getpid()}-1a",
        tmp_path / f"perfkata-{dead.pid}",
        tmp_path / f"other-{dead.pid}-1a",
    }
    for folder in (stale, *kept):
        folder.mkdir()
    assert create(_MIB, 10, (Hierarchy(tmp_path, 2, _BOTH),)) is not None
    assert not stale.exists()
    assert all(folder.exists() for folder in kept)


@pytest.fixture
def group() -> Iterator[Cgroup]:
    """A real group of 64 MiB and 20 processes."""
    need_control_group()
    made = create(64 * _MIB, 20)
    assert made is not None
    yield made
    made.kill()


@contextmanager
def in_group(group: Cgroup, program: str) -> Iterator[subprocess.Popen[str]]:
    """A process that joins a group and then runs a program."""
    with subprocess.Popen(
        [sys.executable, "-S", "-c", f"input()\n{program}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            group.add(process.pid)
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            yield process
        except BaseException:
            process.kill()
            raise


def test_the_kernel_bounds_the_number_of_processes(group: Cgroup) -> None:
    """A process that forks for ever stops at the limit, itself counted."""
    program = """
import os, signal
children = []
try:
    while len(children) < 100:
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
except BlockingIOError:
    pass
print(len(children))
for child in children:
    os.kill(child, signal.SIGKILL)
"""
    with in_group(group, program) as process:
        assert process.stdout is not None
        assert process.stdout.read() == "19\n"


def test_the_kernel_bounds_memory_of_every_kind(group: Cgroup) -> None:
    """Shared memory counts too, and the kill for it is counted."""
    program = "import mmap; mmap.mmap(-1, 2**28).write(bytes(2**28)); print('survived')"
    with in_group(group, program) as process:
        assert process.stdout is not None
        assert process.stdout.read() == ""
    assert process.returncode == -signal.SIGKILL
    assert group.num_out_of_memory_kills == 1


def test_the_kernel_counts_cpu_time_of_children(group: Cgroup) -> None:
    """What a child burns that nobody waits for is in the group's time."""
    program = """
import os, time
if os.fork() == 0:
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    print(flush=True)
    os._exit(0)
time.sleep(3_600)
"""
    before_s = group.cpu_s
    with in_group(group, program) as process:
        assert process.stdout is not None
        process.stdout.readline()
        after_s = group.cpu_s
        process.kill()
    assert before_s is not None and after_s is not None
    assert after_s - before_s >= 0.1


def test_who_leaves_the_session_stays_in_the_group(group: Cgroup) -> None:
    """A child that forks twice and leads a session of its own is killed as well."""
    program = """
import os, signal, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        os.close(1)
        signal.pause()
    os._exit(0)
os.wait()
"""
    with in_group(group, program) as process:
        assert process.stdout is not None
        daemon = int(process.stdout.readline())
    assert Path(f"/proc/{daemon}").exists()
    group.kill()
    assert wait_for_end(daemon)


def test_many_members_are_no_reason_to_leave_a_group() -> None:
    """A group of hundreds of processes is gone when `kill` returns."""
    need_control_group()
    group = create(256 * _MIB, 400)
    assert group is not None
    program = """
import os, signal
try:
    for _ in range(390):
        if os.fork() == 0:
            signal.pause()
finally:
    print(flush=True)
signal.pause()
"""
    before = set(groups_of(os.getpid()))
    assert before
    with in_group(group, program) as process:
        assert process.stdout is not None
        process.stdout.readline()
        group.kill()
    assert set(groups_of(os.getpid())).isdisjoint(before)


def test_the_next_judge_cleans_up_after_a_killed_one() -> None:
    """What a judge that was killed had in its group is killed by the next group."""
    need_control_group()
    program = """
import os, signal
from perfkata.judge import cgroup
group = cgroup.create(2**28, 10)
child = os.fork()
if child == 0:
    os.setsid()
    signal.pause()
group.add(child)
print(child, flush=True)
signal.pause()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as judge:
        try:
            assert judge.stdout is not None
            member = int(judge.stdout.readline())
            assert groups_of(judge.pid)
        finally:
            judge.kill()
    # Any other judge on this machine may be the one that does it.
    for _ in range(2):
        made = create(_MIB * 64, 10)
        assert made is not None
        made.kill()
        assert wait_for_end(member)
    assert groups_of(judge.pid) == []


def test_what_is_offered_here_is_where_groups_are_made() -> None:
    """The group of this process appears in a hierarchy of this machine, and goes."""
    need_control_group()
    made = create(64 * _MIB, 10)
    assert made is not None
    mine = groups_of(os.getpid())
    assert mine
    for folder in mine:
        assert (folder / "cgroup.procs").read_text() == ""
    made.kill()
    assert not any(folder.exists() for folder in mine)
    assert cgroup.hierarchies()

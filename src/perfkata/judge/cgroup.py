"""Control groups: a sandbox's memory and processes bounded, its CPU time counted.

Version 1 as root, version 2 where a group is delegated to the user; elsewhere there is
none, and the limits of each process are all there is. A group's name holds the process
id of its maker, so that the groups of a killed judge are found and removed by the next.

Source: Linux ``Documentation/admin-guide/cgroup-v1/{memory,pids,cpuacct}.rst`` and
``cgroup-v2.rst``.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cgroup", "Hierarchy", "create", "hierarchies"]

_NAME = re.compile(r"perfkata-(\d+)-[0-9a-f]+")
_MOUNTS = Path("/proc/self/mounts")
_OWN = Path("/proc/self/cgroup")
# A killed process goes on for as long as it takes to give back its memory.
_REMOVAL_TIMEOUT_S = 10.0
_MAX_REMOVAL_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A folder in which groups can be made, and the controllers that they bring."""

    folder: Path
    version: int
    controllers: frozenset[str]


def hierarchies(mounts: Path = _MOUNTS, own: Path = _OWN) -> tuple[Hierarchy, ...]:
    """Find where this process could make groups; whether it may, `create` finds out."""
    try:
        mounted = [line.split() for line in mounts.read_text().splitlines()]
        paths = [line.split(":", 2) for line in own.read_text().splitlines()]
    except OSError:
        return ()
    found: list[Hierarchy] = []
    for _, names, path in paths:
        controllers = frozenset(names.split(",")) & {"memory", "pids", "cpuacct"}
        for _, mount, kind, options, *_ in mounted:
            if kind == "cgroup" and controllers & set(options.split(",")):
                folder = Path(mount) / path.lstrip("/")
                found.append(Hierarchy(folder, 1, controllers))
            elif kind == "cgroup2" and not names:
                folder = Path(mount) / path.lstrip("/")
                both = frozenset({"memory", "pids"})
                # Above the mount lies another file system, in which a group would be
                # a folder like any other.
                if folder != Path(mount):
                    found.append(Hierarchy(folder.parent, 2, both))
                found.append(Hierarchy(folder, 2, both))
    return tuple(found)


class Cgroup:
    """The groups of one sandbox, one folder a hierarchy."""

    def __init__(self, folders: dict[Path, int]) -> None:
        self._folders = folders

    @property
    def version(self) -> int:
        """The version of the interface, 1 or 2."""
        return max(self._folders.values())

    def add(self, process_id: int) -> None:
        """Move a process in; what it forks later is in as well.

        Raises:
            OSError: The kernel refuses it.
        """
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(process_id))

    @property
    def num_out_of_memory_kills(self) -> int:
        """How often the kernel killed a process of the group for its memory."""
        for folder in self._folders:
            for name in ("memory.events", "memory.oom_control"):
                try:
                    text = (folder / name).read_text()
                except OSError:
                    continue
                if match := re.search(r"^oom_kill (\d+)$", text, re.MULTILINE):
                    return int(match[1])
        return 0

    @property
    def cpu_s(self) -> float | None:
        """CPU time of all processes that ever were in the group, if it is counted."""
        for folder in self._folders:
            with contextlib.suppress(OSError):
                return int((folder / "cpuacct.usage").read_text()) / 1e9
            with contextlib.suppress(OSError):
                stat = (folder / "cpu.stat").read_text()
                if match := re.match(r"usage_usec (\d+)\n", stat):
                    return int(match[1]) / 1e6
        return None

    def kill(self) -> None:
        """Kill whatever is in the group, however it got there, and remove the group."""
        deadline = time.monotonic() + _REMOVAL_TIMEOUT_S
        pause_s = 0.001
        for folder in self._folders:
            _forbid_processes(folder)
        while True:
            for folder in self._folders:
                _kill_members(folder)
            left = [folder for folder in self._folders if not _remove(folder)]
            if not left or time.monotonic() > deadline:
                return
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _MAX_REMOVAL_PAUSE_S)


def create(
    max_memory_bytes: int,
    max_processes: int,
    places: tuple[Hierarchy, ...] | None = None,
) -> Cgroup | None:
    """Make a group with these limits, or return None where none can be made."""
    folders: dict[Path, int] = {}
    covered: set[str] = set()
    for place in hierarchies() if places is None else places:
        if place.controllers <= covered:
            continue
        _remove_stale(place.folder)
        folder = place.folder / f"perfkata-{os.getpid()}-{os.urandom(4).hex()}"
        if _make(folder, place, max_memory_bytes, max_processes):
            folders[folder] = place.version
            covered |= place.controllers
    if not folders:
        return None
    group = Cgroup(folders)
    if covered.isdisjoint({"memory", "pids"}):
        # It would count and bound nothing.
        group.kill()
        return None
    return group


def _make(folder: Path, place: Hierarchy, memory_bytes: int, processes: int) -> bool:
    limits = {"pids.max": processes}
    if place.version == 1:
        limits["memory.limit_in_bytes"] = memory_bytes
    else:
        limits |= {"memory.max": memory_bytes, "memory.swap.max": 0}
    try:
        folder.mkdir()
        for name, limit in limits.items():
            controller = name.partition(".")[0]
            if controller in place.controllers and name != "memory.swap.max":
                (folder / name).write_text(str(limit))
    except OSError:
        _remove(folder)
        return False
    try:
        # Swap accounting may be off; then there is no such file.
        if "memory.swap.max" in limits:
            (folder / "memory.swap.max").write_text("0")
    except OSError:
        pass
    return True


def _forbid_processes(folder: Path) -> None:
    """Let nothing in the group fork any more: it would be faster than we kill."""
    limit = folder / "pids.max"
    with contextlib.suppress(OSError):
        if limit.exists():
            limit.write_text("0")


def _kill_members(folder: Path) -> None:
    try:
        members = (folder / "cgroup.procs").read_text().split()
    except OSError:
        return
    for member in members:
        # 0 stands for a process that is not visible from here; to kill, for ourselves.
        if member == "0":
            continue
        try:
            os.kill(int(member), signal.SIGKILL)
        except OSError:
            continue


def _remove(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _remove_stale(folder: Path) -> None:
    """Remove the groups of judges that were killed before they could."""
    try:
        children = list(os.scandir(folder))
    except OSError:
        return
    for child in children:
        match = _NAME.fullmatch(child.name)
        if match and not Path(f"/proc/{match[1]}").exists():
            stale = Path(child.path)
            _kill_members(stale)
            _remove(stale)

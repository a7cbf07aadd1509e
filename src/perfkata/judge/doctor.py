"""Examines this machine: what contains a submission here, and whether it holds."""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from perfkata.catalog import CatalogError, open_catalog
from perfkata.judge import cgroup, sandbox, seccomp
from perfkata.judge.answer import Returned
from perfkata.judge.clock import process_cpu_s
from perfkata.judge.errors import JudgeError
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Fork, Job, LoadError, Session
from perfkata.judge.stopped import StoppedError

__all__ = ["Finding", "examine"]

_PROBE = Path(__file__).with_name("probe.py")
_NOT_CONTAINED = Path(__file__).with_name("not_contained.json")
_BURN_S = 0.05
_WALK_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        is_good: Whether it is as it should be; None for mere information.
        detail: What was found, one line.
        advice: What to do about it, if something should be done.
    """

    name: str
    is_good: bool | None
    detail: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything that a grade rests on, one finding after the other."""
    yield Finding("Python", True, f"{platform.python_version()} at {sys.executable}")
    is_linux = sys.platform == "linux"
    yield Finding(
        "system",
        is_linux,
        f"{platform.system()} {platform.release()}, {platform.machine()}",
        ""
        if is_linux
        else "A grade counts on Linux; here only mistakes are contained.",
    )
    yield from _on_layers()
    yield from _on_kernel()
    try:
        yield from _from_inside()
    except (CatalogError, JudgeError, LoadError, StoppedError) as error:
        yield Finding("self-test", False, str(error), "Nothing can be graded here.")


def _on_layers() -> Iterator[Finding]:
    answers = sandbox.available_layers()
    strongest = next((layer for layer in Layer if not answers[layer]), None)
    forced = sandbox.forced_layer()
    for layer, answer in answers.items():
        if answer:
            is_good = False if layer is Layer.NAMESPACES else None
            yield Finding(f"layer {layer.value}", is_good, answer, _ADVICE[layer])
        else:
            used = layer is (forced or strongest)
            detail = "works, and is what grades use" if used else "works"
            yield Finding(f"layer {layer.value}", True, detail)
    if forced is not None and forced is not strongest:
        yield Finding(
            "layer in use",
            None,
            f"{forced.value}, since PERFKATA_ISOLATION says so",
            "Unset PERFKATA_ISOLATION for grades that count.",
        )


_ADVICE = {
    Layer.NAMESPACES: "Install bubblewrap 0.8 or newer and allow user namespaces"
    " (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces, or the"
    " AppArmor restriction of them).",
    Layer.LANDLOCK: "It needs Linux 5.13 or newer with landlock switched on.",
    Layer.LIMITS: "Nothing can be graded here.",
}


def _on_kernel() -> Iterator[Finding]:
    group = cgroup.create(2**30, 512)
    if group is None:
        yield Finding(
            "control group",
            None,
            "none can be made: limits hold for each process alone",
            "Root can make one, and so can 'systemd-run --user --scope"
            " -p Delegate=yes perfkata …'.",
        )
    else:
        yield Finding("control group", True, f"version {group.version}")
        group.kill()
    has_filter = seccomp.seccomp_program(only_unix_sockets=False) is not None
    yield Finding(
        "system call filter",
        has_filter,
        "known for this machine" if has_filter else f"unknown on {platform.machine()}",
        "" if has_filter else "Grading works without; the layer alone contains.",
    )


def _from_inside() -> Iterator[Finding]:
    limits = Limits(cpu_s=_WALK_LIMIT_S)
    with Session(Job(_PROBE.read_bytes()), limits) as session:
        session.load()
        with session.fork() as fork:
            yield _on_user(fork)
            yield _on_clock(fork)
            yield _on_network(fork, session.layer)
            yield _on_files(fork, session.layer)
        yield _on_attacks(session.layer)


def _on_user(fork: Fork) -> Finding:
    user, has_privileges = _asked(fork, "user"), _asked(fork, "has_privileges")
    is_root = user == 0 and os.geteuid() == 0
    detail = f"user {user}, {'with' if has_privileges else 'without'} privileges"
    advice = "Grade as a user other than root." if is_root else ""
    return Finding("submissions run as", not has_privileges, detail, advice)


def _on_clock(fork: Fork) -> Finding:
    before_s = process_cpu_s(fork.process_id)
    _asked(fork, "burn", _BURN_S)
    after_s = process_cpu_s(fork.process_id)
    if before_s is None or after_s is None:
        return Finding(
            "CPU clock",
            False,
            "a worker's CPU time cannot be read",
            "Limits use the wall.",
        )
    seen_s = after_s - before_s
    return Finding(
        "CPU clock",
        seen_s >= _BURN_S,
        f"{seen_s * 1e3:.0f} of {_BURN_S * 1e3:.0f} ms burnt inside seen from outside",
    )


def _on_network(fork: Fork, layer: Layer) -> Finding:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        reaches = _asked(fork, "can_reach_network", port) is not False
    return Finding(
        "network",
        not reaches,
        "a submission reaches this machine" if reaches else "out of reach",
        f"The layer {layer.value} does not close it." if reaches else "",
    )


def _on_files(fork: Fork, layer: Layer) -> Finding:
    found = _asked(fork, "readable_files", _hidden_names())
    if not isinstance(found, list):
        return Finding("graders and rungs", False, f"the search failed: {found}")
    if not found:
        return Finding("graders and rungs", True, "none can be read by a submission")
    return Finding(
        "graders and rungs",
        False,
        f"{len(found)} can be read by a submission, {found[0]} among them",
        f"The layer {layer.value} does not hide them."
        if layer is Layer.LIMITS
        else "Report this with the output of 'perfkata doctor'.",
    )


def _on_attacks(layer: Layer) -> Finding:
    known = msgspec.json.decode(_NOT_CONTAINED.read_bytes(), type=dict[str, list[str]])
    names = known[layer.value]
    if not names:
        detail = f"{layer.value} contains those that our tests know"
        return Finding("known attacks", True, detail)
    return Finding(
        "known attacks",
        False,
        f"{layer.value} does not contain {len(names)}: {', '.join(names)}",
        "docs/measuring.md says how each works; a stronger layer contains more.",
    )


def _hidden_names() -> list[str]:
    """Return the names of graders, rungs and wrong answers, and of our own package."""
    names = {"grader.py", "oracle.py", "rungs/", "perfkata/"}
    for question in open_catalog().questions():
        names |= {path.name for path in (*question.rungs(), *question.wrong_answers())}
    return sorted(names)


def _asked(fork: Fork, name: str, *arguments: Any) -> Any:
    answer = fork.call(name, arguments, {})
    return answer.value if isinstance(answer, Returned) else answer

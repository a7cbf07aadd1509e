"""Looks for the reason why a submission missed a bar: a run that decides nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from perfkata.judge.cause import find_cause
from perfkata.judge.grading import Step, Workload
from perfkata.judge.profile import Profile
from perfkata.judge.report import Cause
from perfkata.judge.rounds import Side
from perfkata.judge.session import LoadError, Session
from perfkata.judge.stopped import StoppedError
from perfkata.judge.taking import Cell, Taking, draw_steps

__all__ = ["find_why"]

# Counting makes a run some fifty times as long; what was counted by then will do.
_MAX_TRACED_S = 1.0
_MAX_LOOKING_S = 5.0


def find_why(
    submission: Side,
    model: Side,
    workload: Workload,
    sizes: Sequence[int],
    taking: Taking,
) -> Cause | None:
    """Say why a submission costs more than the model answer.

    Args:
        submission: The submission.
        model: The model answer.
        workload: What both run.
        sizes: Sizes, ascending: the smallest that shows a cause is where it is told.
        taking: Its seed, limits and layer are used.

    Returns:
        The cause or, if none is known, the line where most time goes; None if nothing
        could be counted.
    """
    until_s = time.monotonic() + _MAX_LOOKING_S
    hottest = None
    lines = submission.job.source.decode(errors="replace").split("\n")
    for size in sizes:
        cell = Cell(size, 1, 1, ())
        steps = draw_steps(workload, cell, f"{taking.seed} {workload.name} why {size}")
        own = _profile(submission, steps, taking)
        model_profile = _profile(model, steps, taking)
        if own is None or model_profile is None:
            break
        cause = find_cause(own, model_profile, size, lines)
        if cause.kind is not None:
            return cause
        hottest = cause
        if not own.is_complete or time.monotonic() > until_s:
            break
    return hottest


def _profile(side: Side, steps: Sequence[Step], taking: Taking) -> Profile | None:
    """Count what one run does; nothing if it does not end as it should."""
    job = replace(side.job, traced_s=_MAX_TRACED_S)
    (step,) = steps
    call = step.call
    with Session(
        job, taking.limits, taking.seed, taking.layer, is_measured=True
    ) as session:
        try:
            worker = session.undivided()
            packed = session.packed([(call.name, call.arguments, call.keywords)])
            return worker.trace(packed)
        except (LoadError, StoppedError):
            return None

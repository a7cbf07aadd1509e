"""The doctor on noise: what it makes of a comparison, and that it makes one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from perfkata.cli.verbs.doctor import noise_findings
from perfkata.judge.noise import Noise

if TYPE_CHECKING:
    from tests.cli.conftest import Perfkata

_QUIET = Noise(
    num_pairs=8,
    spread=0.012,
    smallest_difference=0.035,
    is_layout_fixed=True,
    is_pinned=True,
    disturbed_share=0.02,
    clock="control group",
    ratio=1.002,
    low=0.991,
    high=1.013,
)
_NAMES = ["difference", "comparison", "addresses", "processor", "other programs"]


def test_a_quiet_machine_is_good() -> None:
    """What differs, where the processes lie and what disturbs them are all good."""
    findings = {finding.name: finding for finding in noise_findings(_QUIET)}
    assert list(findings) == [*_NAMES, "clock"]
    assert all(findings[name].is_good for name in _NAMES)
    assert "3.5% apart" in findings["difference"].detail
    assert "0.991 to 1.013" in findings["comparison"].detail
    assert "8 pairs" in findings["comparison"].detail


@pytest.mark.parametrize(
    ("noise", "name", "is_good"),
    [
        (replace(_QUIET, smallest_difference=0.1), "difference", False),
        (replace(_QUIET, low=1.001), "comparison", False),
        (replace(_QUIET, high=0.999), "comparison", False),
        (replace(_QUIET, is_layout_fixed=False), "addresses", None),
        (replace(_QUIET, is_pinned=False), "processor", None),
        (replace(_QUIET, disturbed_share=0.4), "other programs", None),
    ],
)
def test_what_is_amiss_has_advice(
    noise: Noise, name: str, is_good: bool | None
) -> None:
    """Only what makes grades wrong or undecided is bad, and nothing else changes."""
    findings = {finding.name: finding for finding in noise_findings(noise)}
    assert findings[name].is_good is is_good
    assert findings[name].advice
    others = [other for other in _NAMES if other != name]
    assert all(findings[other].is_good for other in others)


def test_the_noise_of_this_machine_is_measured(perfkata: Perfkata) -> None:
    """Each finding has its line, also on forty columns, and a bad one ends with 1."""
    done = perfkata("doctor", "--noise", COLUMNS="40")
    assert done.err == ""
    assert all(name in done.out for name in (*_NAMES, "clock"))
    assert done.code == ("\nbad " in f"\n{done.out}")
    assert max(map(len, done.out.splitlines())) <= 40

"""The contract that every question keeps, and what ``perfkata check`` finds of it.

    for finding in check_question(question):
        print(finding.is_good, finding)

A *finding* is one rule looked at in one place. A question may be broken in any way:
that is a finding, never an exception. docs/adding_a_question.md says what the rules
ask of an author; the modules here say how they are held:

    documents   files and texts             answers    starter, rungs, wrong answers
    programs    what runs beside answers    trivial    answers without a thought
    measured    what measures run           bars       what they cost, timed
"""

from __future__ import annotations

from perfkata.judge.contract.checking import (
    DEFAULT_SEEDS,
    DEFAULT_SHARE,
    check_bars,
    check_question,
    check_questions,
)
from perfkata.judge.contract.finding import Finding

__all__ = [
    "DEFAULT_SEEDS",
    "DEFAULT_SHARE",
    "Finding",
    "check_bars",
    "check_question",
    "check_questions",
]
